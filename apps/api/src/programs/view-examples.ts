/** What the views of a program look like, for the API's document. */

export const PROGRAM_EXAMPLE = {
  seq: 4,
  commands: 2,
  ended: false,
  frames: { total: 2, offset: 0, items: [{ depth: 1, function: 'Leak', line: 3, callLine: 8, size: 64 }] },
  stack: { used: 128, limit: 8388608, peak: 128 },
  globals: { total: 0, offset: 0, items: [] },
  objects: {
    total: 1,
    offset: 0,
    items: [
      {
        id: 1,
        type: 'int[10]',
        size: 40,
        block: 1,
        name: 'int[10]#1',
        site: 2,
        path: [
          { function: 'Leak', line: 3 },
          { function: 'main', line: 8 },
        ],
        reachable: true,
        place: { address: 140000000016432, arena: 0, pool: null, index: null, bytes: 64 },
      },
    ],
  },
  heap: { liveBytes: 40, liveObjects: 1, peakBytes: 40, born: 1, died: 0 },
  openResources: 0,
  gc: null,
};

export const LEAKS_EXAMPLE = {
  seq: 6,
  at: { command: 3, seq: 6 },
  ended: false,
  summary: {
    definite: { bytes: 40, blocks: 1 },
    indirect: { bytes: 0, blocks: 0 },
    possible: { bytes: 0, blocks: 0 },
    reachable: { bytes: 0, blocks: 0 },
  },
  records: {
    total: 1,
    offset: 0,
    items: [
      {
        kind: 'definite',
        bytes: 40,
        blocks: 1,
        allocator: 'new[]',
        types: ['int[10]'],
        path: [
          { function: 'Leak', line: 3 },
          { function: 'main', line: 8 },
        ],
        lastReachable: { command: 3, seq: 6 },
      },
    ],
  },
  resources: { total: 0, offset: 0, items: [] },
  differs: [],
};

export const MOVES_EXAMPLE = {
  items: [
    {
      seq: 2,
      end: 3,
      event: {
        number: 2,
        command: { op: 'new', to: 'p', type: 'int[10]', kind: 'new[]', line: 3 },
        outcome: 'ok',
        function: 'Leak',
        line: 3,
        depth: 2,
        effects: { born: { count: 1, first: [1] } },
      },
      heap: { reachable: 40, lost: 0 },
    },
    {
      seq: 4,
      end: 4,
      event: { number: 3, command: { op: 'return', line: 4 }, outcome: 'ok', function: 'Leak', line: 4, depth: 1 },
      heap: { reachable: 0, lost: 40 },
    },
  ],
  more: { before: true, after: false },
};
