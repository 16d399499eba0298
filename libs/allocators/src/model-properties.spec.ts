import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Op, OP_MASK } from '@heapcast/trace';
import { type AllocatorModel, type ModelDefinition, NO_REGION, Outcome, type PlacementColumns } from './contract.js';
import { BlockState } from './heap-cells.js';
import { type Property, properties } from './model-properties.js';
import { bump } from './model-properties-bump.js';
import { program, programs, sizes } from './model-properties-programs.js';
import { BrokenProperty, type Subject, subjectOf } from './model-properties-witness.js';
import { findModel, listModels } from './registry.js';

const freelist = findModel('freelist')!;
const pymalloc = findModel('pymalloc')!;

/** Programs for each claim about each subject; more of them find rarer faults. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 15);

/** Enough for random programs to go wrong in, small enough for some of them to run out. */
const SMALL_DEVICE = 1024 * 1024;

const neverGivesBack = (mapped: number, peak: number) => mapped === peak;

/** What pymalloc may keep mapped when every block is freed: everything, one arena, or nothing. */
function asReleased(profile: string, arenaSize?: number): Subject['mayStayMapped'] {
  const { options } = pymalloc.profiles.find(({ name }) => name === profile)!;
  if (options.release === 'never') return neverGivesBack;
  const most = options.release === 'keep-last' ? (arenaSize ?? Number(options.arenaSize)) : 0;
  return (mapped) => mapped <= most;
}

const subjects: Subject[] = [
  ...freelist.profiles.map(({ name, options: { trim, coalesce } }) =>
    subjectOf(freelist, { profile: name }, (mapped, peak) => {
      if (typeof trim !== 'number') return mapped === peak;
      return coalesce !== 'immediate' || mapped < trim;
    }),
  ),
  ...[
    { profile: 'worst-fit', options: { trim: 1 } },
    { profile: 'best-fit', options: { trim: 4096, order: 'lifo', growthStep: 1024 } },
    { profile: 'first-fit', options: { coalesce: 'none', trim: 64, growthStep: 256 } },
    { profile: 'next-fit', options: { coalesce: 'deferred', growthStep: 512, take: 'high', mappedLimit: 20_000 } },
    { profile: 'next-fit', options: { order: 'lifo', rover: 'follows', headerSize: 24, alignment: 64 } },
    { profile: 'kr', options: { headerSize: 5, alignment: 1, split: 5, growthStep: 100, mappedLimit: 5000 } },
    { profile: 'first-fit', options: { mappedLimit: SMALL_DEVICE } },
  ].map((config) => subjectOf(freelist, config)),
  ...pymalloc.profiles.map(({ name }) => subjectOf(pymalloc, { profile: name }, asReleased(name))),
  ...pymalloc.profiles.map(({ name }) => {
    const options = { arenaSize: 4096, poolSize: 1024, smallThreshold: 256 };
    return subjectOf(pymalloc, { profile: name, options }, asReleased(name, options.arenaSize));
  }),
  ...[
    { profile: 'cpython-2.3', options: { mappedLimit: SMALL_DEVICE } },
    { profile: 'cpython-3.8', options: { arenaSize: 8192, poolSize: 2048, mappedLimit: 50_000 } },
    { profile: 'cpython-3.13', options: { arenaSize: 65_536, arenaMisalignment: [1, 0, 3, 2] } },
  ].map((config) => subjectOf(pymalloc, config)),
  subjectOf(bump, {}, neverGivesBack),
];

const claims = Object.entries(properties).map(([name, property]) => ({ name, property }));

/** Programs that stay among small blocks long enough to fill pools and arenas, and programs of every size. */
const anyProgram = fc.oneof(programs(100), programs(250, fc.constantFrom(400, 448, 500, 512)), programs(60, sizes));

function check(property: Property, subject: Subject, numRuns: number): void {
  fc.assert(
    fc.property(anyProgram, (served) => property(subject, served)),
    { numRuns },
  );
}

describe('every registered model', () => {
  it('is tried here', () => {
    const tried = new Set(subjects.map(({ config }) => config.model));
    expect([...tried]).toEqual(expect.arrayContaining(listModels().map(({ name }) => name)));
  });

  it.each([...listModels(), bump])('$name resolves each of its profiles to itself', (definition: ModelDefinition) => {
    for (const profile of definition.profiles) {
      const config = { model: definition.name, profile: profile.name };
      const first = definition.resolve(config);
      expect(first).toEqual({
        resolved: { ...config, options: profile.options, modelVersion: definition.version },
      });
      expect(definition.resolve({ ...config, options: profile.options })).toEqual(first);
      for (const option of definition.options) expect(profile.options).toHaveProperty(option.name);
    }
    const { name, profiles } = definition;
    expect(definition.resolve({ model: name })).toEqual(definition.resolve({ model: name, profile: profiles[0].name }));
    expect(definition.resolve({ model: name, profile: 'nobody' })).toMatchObject({ problems: [{ path: 'profile' }] });
    expect(definition.resolve({ model: name, options: { nothing: 1 } })).toMatchObject({
      problems: [{ path: 'options.nothing' }],
    });
  });
});

describe.each(subjects)('$title', (subject) => {
  it.each(claims)('$name', ({ property }) => check(property, subject, RUNS));
});

/** A model with one defect: what its methods answer is changed on the way out. */
function defective(subject: Subject, defect: (model: AllocatorModel) => Partial<AllocatorModel>): Subject {
  return {
    ...subject,
    create() {
      const model = subject.create();
      const changes = defect(model);
      return new Proxy(model, {
        get(target, key) {
          const own: unknown = Reflect.get(changes, key) ?? Reflect.get(target, key);
          return typeof own === 'function' ? own.bind(target) : own;
        },
      });
    },
  };
}

/** A defect in `apply`: what it answered is changed, request by request. */
function answering(change: (code: number, index: number, out: PlacementColumns) => void) {
  return (model: AllocatorModel): Partial<AllocatorModel> => ({
    apply(requests, from, to, out) {
      model.apply(requests, from, to, out);
      for (let i = from; i < to; i++) change(requests.op[i] & OP_MASK, i, out);
    },
  });
}

describe('a property fails on a model that breaks it', () => {
  const sound = subjectOf(freelist, { profile: 'first-fit', options: { mappedLimit: SMALL_DEVICE } });
  const defects: { claim: string; defect: string; of: (model: AllocatorModel) => Partial<AllocatorModel> }[] = [
    {
      claim: 'live blocks never overlap',
      defect: 'every address is rounded down to 64',
      of: (model) => ({ address: (region, offset) => model.address(region, offset & ~3) }),
    },
    {
      claim: 'every block lies in a mapped region and is aligned',
      defect: 'addresses are off by one',
      of: (model) => ({ address: (region, offset) => model.address(region, offset) + 1 }),
    },
    {
      claim: 'every block lies in a mapped region and is aligned',
      defect: 'mappings are told with a wrong base',
      of: (model) => ({
        takeMappings: () => model.takeMappings().map((mapping) => ({ ...mapping, base: mapping.base + 1_048_576 })),
      }),
    },
    {
      claim: 'totals agree with a naive count',
      defect: 'a mapping is not told',
      of: () => ({ takeMappings: () => [] }),
    },
    {
      claim: 'totals agree with a naive count',
      defect: 'one byte too many',
      of: (model) => ({
        totals: () => ({ ...model.totals(), requestedBytes: model.totals().requestedBytes + 1 }),
      }),
    },
    {
      claim: 'totals agree with a naive count',
      defect: 'a free is told at another place',
      of: answering((code, index, out) => {
        if (code === Op.free && out.region[index] !== NO_REGION) out.offset[index]++;
      }),
    },
    {
      claim: 'tells of every live block once, and where it is',
      defect: 'the block of slot 0 is passed over',
      of: (model) => ({
        visitBlocks(visit) {
          model.visitBlocks((slot, ...rest) => {
            if (slot > 0) visit(slot, ...rest);
          });
        },
      }),
    },
    {
      claim: 'its picture agrees with its blocks',
      defect: 'a cell that is in use is shown empty',
      of: (model) => ({ cells: () => ({ ...model.cells(), used: model.cells().used.fill(0) }) }),
    },
    {
      claim: 'its picture agrees with its blocks',
      defect: 'a live block is in the states of a cell that has no blocks of one size',
      of: () => ({ blockStates: () => Uint8Array.of(BlockState.live) }),
    },
    {
      claim: 'the ledger sums to the mapped bytes and agrees with the totals',
      defect: 'a heading is off by one',
      of: (model) => ({
        ledger() {
          const { mapped, entries } = model.ledger();
          return { mapped, entries: { ...entries, freeBlocks: entries.freeBlocks + (mapped > 0 ? 1 : 0) } };
        },
      }),
    },
    {
      claim: 'freeing everything leaves nothing, and the same program is served again',
      defect: 'a block is never counted as freed',
      of: (model) => ({ totals: () => ({ ...model.totals(), liveBlocks: model.totals().liveBlocks + 1 }) }),
    },
    {
      claim: 'a restored state goes on as if it had never been left',
      defect: 'restore forgets',
      of: () => ({ restore: () => {} }),
    },
    {
      claim: 'how requests are cut into calls changes nothing',
      defect: 'the first request of each call is told at another place',
      of: (model) => ({
        apply(requests, from, to, out) {
          model.apply(requests, from, to, out);
          out.offset[from]++;
        },
      }),
    },
    {
      claim: 'extremes are the smallest and largest totals of the window',
      defect: 'the window starts at nothing',
      of: (model) => ({ takeExtremes: () => ({ ...model.takeExtremes(), requestedMin: 0 }) }),
    },
    {
      claim: 'mapped bytes stay within the limit, and a refused request changes nothing',
      defect: 'more is mapped than there is',
      of: (model) => ({
        totals: () => ({ ...model.totals(), mappedBytes: model.totals().mappedBytes + SMALL_DEVICE }),
      }),
    },
    {
      claim: 'mapped bytes stay within the limit, and a refused request changes nothing',
      defect: 'a served request is told as refused',
      of: answering((code, index, out) => {
        if (code === Op.malloc) out.outcome[index] = Outcome.outOfMemory;
      }),
    },
    {
      claim: 'mistakes of the program change nothing',
      defect: 'a double free frees',
      of: answering((code, index, out) => {
        if (code === Op.staleFree) out.outcome[index] = Outcome.freed;
      }),
    },
    {
      claim: 'mistakes of the program change nothing',
      defect: 'a stale free costs a byte',
      of: (model) => {
        let mistakes = 0;
        return {
          apply(requests, from, to, out) {
            model.apply(requests, from, to, out);
            for (let i = from; i < to; i++) if (out.outcome[i] >= Outcome.doubleFree) mistakes++;
          },
          statistics: () => ({ ...model.statistics(), mistakes }),
        };
      },
    },
  ];

  it.each(defects)('$claim: $defect', ({ claim, of }) => {
    expect(() => check(properties[claim], sound, 100)).not.toThrow();
    const failure = fc.check(
      fc.property(anyProgram, (served) => properties[claim](defective(sound, of), served)),
      { numRuns: 100 },
    );
    expect(failure.failed).toBe(true);
    expect(failure.errorInstance).toBeInstanceOf(BrokenProperty);
  });

  it('has a defect for every property', () => {
    expect(new Set(defects.map(({ claim }) => claim))).toEqual(new Set(Object.keys(properties)));
  });
});

describe('the properties see', () => {
  it('a model that gives the same block twice', () => {
    const atTheStart = answering((_code, index, out) => {
      if (out.outcome[index] === Outcome.placed) out.offset[index] = 0;
    });
    const twice = defective(subjectOf(bump, {}), atTheStart);
    const served = program([
      [Op.malloc, 16, 0],
      [Op.malloc, 16, 1],
    ]);
    expect(() => properties['live blocks never overlap'](twice, served)).toThrow(BrokenProperty);
  });
});
