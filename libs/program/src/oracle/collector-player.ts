/**
 * Plays a collector script on the engine and writes down what happened, line by line in the recording format.
 *
 * What the format has and the engine has not lives here: names that bind objects, commands that cannot apply, batches,
 * and the moment between two commands at which the eval loop checks its breaker.
 */
import { CycleCollector } from '../cpython-collector/cycle-collector.js';
import type { Collection, CollectorListener, ObjectHandle } from '../cpython-collector/events.js';
import type { Triple } from '../cpython-collector/generation-counts.js';
import type { CollectorRules } from '../cpython-collector/rules.js';
import type { CollectorCommand, CollectorScript, NameIndex } from './collector-script.js';

export type RecordedEvent = readonly ['f' | 'w' | 'c', string] | readonly ['d', string, 'rc' | 'gc'];
export type RecordedCollection = readonly [generation: number, collected: number, uncollectable: number];
type Members = readonly (readonly [id: string, references: number])[];

export interface CollectorSnapshot {
  readonly 0: Members;
  readonly 1: Members;
  readonly 2: Members;
  readonly permanent?: Members;
  readonly names: readonly string[];
  readonly leaves: Members;
  readonly garbage: readonly string[];
  readonly long_lived: readonly [total: number, pending: number];
  readonly threshold: Triple;
  readonly enabled: boolean;
}

/** One line of a recording; a field that has nothing to say is left out. */
export interface CommandRecord {
  readonly i: number;
  skip?: true;
  unsupported?: true;
  ret?: number;
  gc?: RecordedCollection[];
  ev?: RecordedEvent[];
  gc_after?: RecordedCollection[];
  ev_after?: RecordedEvent[];
  snapshot?: CollectorSnapshot;
  count?: Triple;
}

export interface EndRecord {
  readonly end: true;
  readonly stats: readonly RecordedCollection[];
  readonly count: Triple;
  readonly snapshot: CollectorSnapshot;
}

const UNBOUND = 0;

/** Plays `script` from its first command to its last and yields one record each, then the closing one. */
export function* playCollectorScript(
  script: CollectorScript,
  rules: CollectorRules,
  thresholds: Triple = rules.thresholds,
): Generator<CommandRecord | EndRecord> {
  const player = new CollectorPlayer(script, rules, thresholds);
  let batch = 0;
  for (const [index, command] of script.commands.entries()) {
    const record = player.play(command, index);
    if (command.op === 'batch' && batch === 0) batch = command.commands;
    else if (batch > 0) batch--;
    if (batch === 0 || index === script.commands.length - 1) player.checkBreaker(record);
    record.count = player.collector.counts;
    yield record;
  }
  yield player.end();
}

class CollectorPlayer implements CollectorListener {
  readonly collector: CycleCollector;
  private readonly bound: ObjectHandle[];
  private readonly resurrects: boolean[] = [];
  private readonly nameOf: NameIndex[] = [];
  private events: RecordedEvent[] = [];
  private collections: RecordedCollection[] = [];

  constructor(
    private readonly script: CollectorScript,
    private readonly rules: CollectorRules,
    thresholds: Triple,
  ) {
    this.collector = new CycleCollector(rules, this, thresholds);
    this.bound = script.names.map(() => UNBOUND);
  }

  play(command: CollectorCommand, index: number): CommandRecord {
    const record: CommandRecord = { i: index };
    this.apply(command, record);
    if (this.collections.length > 0) record.gc = this.collections;
    if (this.events.length > 0) record.ev = this.events;
    this.forget();
    return record;
  }

  checkBreaker(record: CommandRecord): void {
    this.collector.checkBreaker();
    if (this.collections.length > 0) record.gc_after = this.collections;
    if (this.events.length > 0) record.ev_after = this.events;
    this.forget();
  }

  end(): EndRecord {
    const stats = this.collector
      .stats()
      .map((line): RecordedCollection => [line.collections, line.collected, line.uncollectable]);
    return { end: true, stats, count: this.collector.counts, snapshot: this.snapshot() };
  }

  finalize(object: ObjectHandle): void {
    this.events.push(['f', this.name(object)]);
    const id = this.nameOf[object];
    if (this.resurrects[id]) this.bind(id, object);
  }

  weakReferenceCalled(weakReference: ObjectHandle): void {
    this.events.push(['w', this.name(weakReference)]);
  }

  cleared(object: ObjectHandle): void {
    this.events.push(['c', this.name(object)]);
  }

  died(object: ObjectHandle, collecting: boolean): void {
    this.events.push(['d', this.name(object), collecting ? 'gc' : 'rc']);
  }

  freed(): void {
    // The recordings do not tell it.
  }

  collected({ generation, collected, uncollectable }: Collection): void {
    this.collections.push([generation, collected, uncollectable]);
  }

  private apply(command: CollectorCommand, record: CommandRecord): void {
    const { collector, bound } = this;
    switch (command.op) {
      case 'new': {
        const hasFinalizer = command.finalizer !== 'none';
        this.resurrects[command.id] = command.finalizer === 'resurrect';
        this.christen(command.id, collector.newContainer(command.slots, hasFinalizer));
        return;
      }
      case 'leaf':
        this.christen(command.id, collector.newLeaf());
        return;
      case 'weakref': {
        const to = bound[command.to];
        const weakReference = to === UNBOUND ? null : collector.newWeakReference(to);
        if (weakReference === null) record.skip = true;
        else this.christen(command.id, weakReference);
        return;
      }
      case 'ref': {
        const to = bound[command.to];
        if (to === UNBOUND || !this.hasSlot(command.from, command.slot)) record.skip = true;
        else collector.setSlot(bound[command.from], command.slot, to);
        return;
      }
      case 'unref':
        if (!this.hasSlot(command.from, command.slot)) record.skip = true;
        else if (!collector.clearSlot(bound[command.from], command.slot)) record.skip = true;
        return;
      case 'load': {
        const object = this.hasSlot(command.from, command.slot)
          ? collector.slot(bound[command.from], command.slot)
          : null;
        if (object === null || bound[this.nameOf[object]] !== UNBOUND) record.skip = true;
        else this.bind(this.nameOf[object], object);
        return;
      }
      case 'drop': {
        const object = bound[command.id];
        if (object === UNBOUND) {
          record.skip = true;
          return;
        }
        bound[command.id] = UNBOUND;
        collector.release(object);
        return;
      }
      case 'collect':
        record.ret = collector.collect(command.generation);
        return;
      case 'threshold':
        collector.setThreshold(command.values);
        return;
      case 'enable':
        collector.enable();
        return;
      case 'disable':
        collector.disable();
        return;
      case 'freeze':
        if (!collector.freeze()) record.unsupported = true;
        return;
      case 'unfreeze':
        if (!collector.unfreeze()) record.unsupported = true;
        return;
      case 'snapshot':
        record.snapshot = this.snapshot();
        return;
      case 'batch':
        return;
    }
  }

  /** Names an object for life; the name holds the first reference. */
  private christen(id: NameIndex, object: ObjectHandle): void {
    this.nameOf[object] = id;
    this.bound[id] = object;
  }

  private bind(id: NameIndex, object: ObjectHandle): void {
    this.collector.retain(object);
    this.bound[id] = object;
  }

  private hasSlot(from: NameIndex, slot: number): boolean {
    const object = this.bound[from];
    return object !== UNBOUND && slot < this.collector.slotCount(object);
  }

  private name(object: ObjectHandle): string {
    return this.script.names[this.nameOf[object]];
  }

  private forget(): void {
    this.collections = [];
    this.events = [];
  }

  private snapshot(): CollectorSnapshot {
    const { collector } = this;
    const described = (objects: readonly ObjectHandle[]): Members =>
      objects.map((object) => [this.name(object), collector.referenceCount(object)]);
    const bound = this.bound.filter((object) => object !== UNBOUND);
    const { total, pending } = collector.longLived;
    return {
      0: described(collector.generation(0)),
      1: described(collector.generation(1)),
      2: described(collector.generation(2)),
      ...(this.rules.freeze ? { permanent: described(collector.generation('permanent')) } : {}),
      names: bound.map((object) => this.name(object)),
      leaves: described(bound.filter((object) => collector.isLeaf(object))),
      garbage: collector.garbage().map((object) => this.name(object)),
      long_lived: [total, pending],
      threshold: collector.thresholds,
      enabled: collector.isEnabled,
    };
  }
}
