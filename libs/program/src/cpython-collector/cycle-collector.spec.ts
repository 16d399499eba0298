import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { CycleCollector, MAX_SLOTS } from './cycle-collector.js';
import { type Collection, type CollectorListener, type ObjectHandle, SILENT_LISTENER } from './events.js';
import { COLLECTOR_RULES, type CollectorRules, type Generation } from './rules.js';

const RULES_3_11 = COLLECTOR_RULES[6];
const GENERATIONS: readonly Generation[] = [0, 1, 2];

/** What a program might do next; indices are taken modulo what there is. */
type Step =
  | { readonly do: 'container'; readonly slots: number; readonly finalizer: boolean }
  | { readonly do: 'leaf' | 'check' | 'freeze' | 'unfreeze' }
  | { readonly do: 'weak' | 'drop' | 'hold'; readonly object: number }
  | { readonly do: 'store'; readonly from: number; readonly slot: number; readonly to: number }
  | { readonly do: 'clear'; readonly from: number; readonly slot: number }
  | { readonly do: 'collect'; readonly generation: Generation };

const index = fc.nat(40);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('container' as const), slots: fc.nat(3), finalizer: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('leaf' as const, 'freeze' as const, 'unfreeze' as const),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('check' as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('weak' as const, 'drop' as const, 'drop' as const, 'hold' as const),
      object: index,
    }),
  },
  { weight: 9, arbitrary: fc.record({ do: fc.constant('store' as const), from: index, slot: fc.nat(2), to: index }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const), from: index, slot: fc.nat(2) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('collect' as const), generation: fc.constantFrom(...GENERATIONS) }),
  },
);
const steps = fc.array(step, { minLength: 20, maxLength: 160 });
const anyRules = fc.constantFrom(...COLLECTOR_RULES);

/** A program that does such steps; its finalizers save every third object. Remembers all that it was told. */
class Program implements CollectorListener {
  readonly collector: CycleCollector;
  /** References that the program holds itself, one entry each. */
  readonly held: ObjectHandle[] = [];
  readonly told: string[] = [];

  constructor(readonly rules: CollectorRules) {
    this.collector = new CycleCollector(rules, this, [4, 2, 2]);
  }

  run(next: Step): void {
    const { collector, held } = this;
    const pick = (at: number): ObjectHandle | undefined => held[at % Math.max(held.length, 1)];
    switch (next.do) {
      case 'container':
        held.push(collector.newContainer(next.slots, next.finalizer));
        return;
      case 'leaf':
        held.push(collector.newLeaf());
        return;
      case 'weak': {
        const to = pick(next.object);
        const weakReference = to === undefined ? null : collector.newWeakReference(to);
        if (weakReference !== null) held.push(weakReference);
        return;
      }
      case 'hold': {
        const object = pick(next.object);
        if (object === undefined) return;
        collector.retain(object);
        held.push(object);
        return;
      }
      case 'drop': {
        if (held.length === 0) return;
        const [object] = held.splice(next.object % held.length, 1);
        collector.release(object);
        return;
      }
      case 'store': {
        const [from, to] = [pick(next.from), pick(next.to)];
        if (from !== undefined && to !== undefined && next.slot < collector.slotCount(from)) {
          collector.setSlot(from, next.slot, to);
        }
        return;
      }
      case 'clear': {
        const from = pick(next.from);
        if (from !== undefined && next.slot < collector.slotCount(from)) collector.clearSlot(from, next.slot);
        return;
      }
      case 'collect':
        collector.collect(next.generation);
        return;
      case 'check':
        collector.checkBreaker();
        return;
      case 'freeze':
        collector.freeze();
        return;
      case 'unfreeze':
        collector.unfreeze();
    }
  }

  finalize(object: ObjectHandle): void {
    this.told.push(`finalize ${object}`);
    if (object % 3 !== 0) return;
    this.collector.retain(object);
    this.held.push(object);
  }

  weakReferenceCalled(weakReference: ObjectHandle): void {
    this.told.push(`called ${weakReference}`);
  }

  cleared(object: ObjectHandle): void {
    this.told.push(`cleared ${object}`);
  }

  died(object: ObjectHandle, collecting: boolean): void {
    this.told.push(`died ${object} ${collecting}`);
  }

  freed(object: ObjectHandle): void {
    this.told.push(`freed ${object}`);
  }

  collected(collection: Collection): void {
    this.told.push(JSON.stringify(collection));
  }

  /** Objects that can be reached from what the program holds, and from gc.garbage. */
  reachable(): Set<ObjectHandle> {
    const reached = new Set<ObjectHandle>([...this.held, ...this.collector.garbage()]);
    for (const object of reached) for (const referent of slotsOf(this.collector, object)) reached.add(referent);
    return reached;
  }
}

function slotsOf(collector: CycleCollector, object: ObjectHandle): ObjectHandle[] {
  return Array.from({ length: collector.slotCount(object) }, (_, slot) => collector.slot(object, slot)).filter(
    (referent) => referent !== null,
  );
}

function run(program: Program, story: readonly Step[]): Program {
  for (const next of story) program.run(next);
  return program;
}

describe('whatever a program does', () => {
  it('every reference count is the number of references that there are', () => {
    fc.assert(
      fc.property(anyRules, steps, (version, story) => {
        const { collector, held } = run(new Program(version), story);
        const counted = new Map<ObjectHandle, number>();
        const count = (object: ObjectHandle): void => void counted.set(object, (counted.get(object) ?? 0) + 1);
        for (const object of collector.objectsAlive()) slotsOf(collector, object).forEach(count);
        [...held, ...collector.garbage()].forEach(count);
        for (const object of collector.objectsAlive())
          expect(collector.referenceCount(object)).toBe(counted.get(object));
      }),
    );
  });

  it('every container and weak reference is in exactly one list, and no leaf in any', () => {
    fc.assert(
      fc.property(anyRules, steps, (version, story) => {
        const { collector } = run(new Program(version), story);
        const listed = [...GENERATIONS, 'permanent' as const].flatMap((generation) => collector.generation(generation));
        const tracked = [...collector.objectsAlive()].filter((object) => !collector.isLeaf(object));
        expect([...listed].sort((a, b) => a - b)).toEqual(tracked);
      }),
    );
  });

  it('what is reachable is alive, and after enough full collections nothing else is', () => {
    fc.assert(
      fc.property(anyRules, steps, (version, story) => {
        const program = run(new Program(version), story);
        const { collector } = program;
        for (const object of program.reachable()) expect(collector.isAlive(object)).toBe(true);
        collector.unfreeze();
        for (let again = 0; again < 3; again++) collector.collect(2);
        expect([...collector.objectsAlive()]).toEqual([...program.reachable()].sort((a, b) => a - b));
      }),
    );
  });

  it('each object that died was freed, once, and every death in trash belongs to a collection', () => {
    fc.assert(
      fc.property(anyRules, steps, (version, story) => {
        const { told } = run(new Program(version), story);
        const alive = new Map<string, number>();
        for (const line of told) {
          const [what, object] = line.split(' ');
          if (what === 'died') alive.set(object, (alive.get(object) ?? 0) + 1);
          if (what === 'freed') alive.set(object, (alive.get(object) ?? 0) - 1);
        }
        expect([...alive.values()].every((balance) => balance === 0)).toBe(true);
      }),
    );
  });

  it('a restored state goes on exactly as the saved one would have', () => {
    fc.assert(
      fc.property(anyRules, steps, steps, steps, (version, before, other, after) => {
        const program = run(new Program(version), before);
        const saved = structuredClone(program.collector.save());
        const held = [...program.held];

        const restored = run(new Program(version), other);
        restored.collector.restore(saved);
        restored.held.splice(0, restored.held.length, ...held);
        restored.told.length = 0;
        program.told.length = 0;

        expect(run(restored, after).told).toEqual(run(program, after).told);
        expect(restored.collector.save()).toEqual(program.collector.save());
      }),
    );
  });

  it('a collection that is scheduled is part of the state', () => {
    const rules = COLLECTOR_RULES[7];
    const collector = new CycleCollector(rules, SILENT_LISTENER, [1, 10, 10]);
    for (let n = 0; n < 2; n++) collector.newContainer(0, false);
    const restored = new CycleCollector(rules, SILENT_LISTENER);
    restored.restore(collector.save());
    restored.checkBreaker();
    expect(restored.counts).toEqual([0, 1, 0]);
  });

  it('saving shares nothing with what goes on', () => {
    const program = new Program(RULES_3_11);
    const a = program.collector.newContainer(2, false);
    const saved = program.collector.save();
    const before = structuredClone(saved);
    program.collector.setSlot(a, 0, a);
    program.collector.collect(2);
    expect(saved).toEqual(before);
  });
});

describe('the engine', () => {
  it('tells how many objects a collection looked at, and whether it was asked for', () => {
    const collections: Collection[] = [];
    const listener = { ...SILENT_LISTENER, collected: (collection: Collection) => void collections.push(collection) };
    const collector = new CycleCollector(RULES_3_11, listener, [2, 10, 10]);
    for (let n = 0; n < 3; n++) collector.newContainer(0, false);
    collector.collect(2);
    expect(collections).toEqual([
      { generation: 0, collected: 0, uncollectable: 0, examined: 2, automatic: true },
      { generation: 2, collected: 0, uncollectable: 0, examined: 3, automatic: false },
    ]);
  });

  it('lets a container grow, keeping what its slots hold', () => {
    const collector = new CycleCollector(RULES_3_11, SILENT_LISTENER);
    const list = collector.newContainer(1, false);
    const item = collector.newLeaf();
    collector.setSlot(list, 0, item);
    collector.extend(list, 9);
    collector.setSlot(list, 8, item);
    expect([collector.slot(list, 0), collector.slot(list, 1), collector.slot(list, 8)]).toEqual([item, null, item]);
    expect(collector.referenceCount(item)).toBe(3);
    expect(() => collector.extend(list, 8)).toThrow(RangeError);
    expect(() => collector.extend(item, 8)).toThrow(RangeError);
  });

  it('gives no second weak reference to an object, and none to a leaf or a weak reference', () => {
    const collector = new CycleCollector(RULES_3_11, SILENT_LISTENER);
    const object = collector.newContainer(0, false);
    const weakReference = collector.newWeakReference(object);
    expect(weakReference).not.toBeNull();
    expect(collector.newWeakReference(object)).toBeNull();
    expect(collector.newWeakReference(weakReference!)).toBeNull();
    expect(collector.newWeakReference(collector.newLeaf())).toBeNull();
  });

  it('refuses a handle that is not alive and a slot that does not exist', () => {
    const collector = new CycleCollector(RULES_3_11, SILENT_LISTENER);
    const object = collector.newContainer(2, false);
    const leaf = collector.newLeaf();
    expect(() => collector.slot(object, 2)).toThrow('no slot 2');
    expect(() => collector.setSlot(leaf, 0, object)).toThrow('no slot 0');
    expect(() => collector.clearSlot(object, -1)).toThrow(RangeError);
    collector.release(object);
    expect(() => collector.retain(object)).toThrow(`No object ${object} is alive`);
    expect(() => collector.release(0)).toThrow(RangeError);
    expect(() => collector.newContainer(MAX_SLOTS + 1, false)).toThrow(RangeError);
    expect(() => collector.newContainer(0.5, false)).toThrow(RangeError);
  });

  it('lets a listener retain, and nothing else', () => {
    const refused: string[] = [];
    const attempt = (act: () => unknown): void => {
      try {
        act();
      } catch (error) {
        refused.push(String(error));
      }
    };
    const collector: CycleCollector = new CycleCollector(RULES_3_11, {
      ...SILENT_LISTENER,
      finalize: (object) => {
        attempt(() => collector.release(object));
        attempt(() => collector.setSlot(object, 0, object));
        attempt(() => collector.clearSlot(object, 0));
        attempt(() => collector.newContainer(0, false));
        attempt(() => collector.collect(2));
        collector.retain(object);
      },
      died: (object) => attempt(() => collector.retain(object)),
    });
    const object = collector.newContainer(1, true);
    collector.release(object);
    expect(refused).toEqual(Array.from({ length: 5 }, () => 'RangeError: A listener may only retain objects.'));
    collector.release(object);
    expect(refused.at(-1)).toBe(`RangeError: Object ${object} has died.`);
  });

  it('does not go on from another release’s state', () => {
    const saved = new CycleCollector(RULES_3_11, SILENT_LISTENER).save();
    expect(() => new CycleCollector(COLLECTOR_RULES[0], SILENT_LISTENER).restore(saved)).toThrow(
      'A state of 3.11.7 cannot go on under the rules of 2.7.18.',
    );
  });
});
