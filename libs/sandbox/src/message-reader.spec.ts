/** A child may be taken over: whatever it says that is not in the protocol is a fault, and nothing else. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MessageReader } from './message-reader.js';
import { ProtocolFault } from './protocol-fault.js';

function frame(header: object | string, columns: Uint8Array = new Uint8Array(0)): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32LE(4 + text.length + columns.length, 0);
  lengths.writeUInt32LE(text.length, 4);
  return Buffer.concat([lengths, text, columns]);
}

const sites = { kind: 'sites', first: 1, sites: [{ function: 'f', file: 's.py', line: 1, parent: 0 }] };

function chunk(firstEvent: number, length: number, site: number): Buffer {
  const columns = Buffer.alloc(21 * length);
  for (let i = 0; i < length; i++) {
    columns.writeDoubleLE(i, 8 * i);
    columns.writeUInt32LE(10 + i, 8 * length + 4 * i);
    columns.writeUInt32LE(i + 1, 12 * length + 4 * i);
    columns.writeUInt32LE(site, 16 * length + 4 * i);
    columns.writeUInt8(1, 20 * length + i);
  }
  return frame({ kind: 'chunk', firstEvent, length }, columns);
}

const texts = { kind: 'texts', first: 1, texts: ['f', 'x', 'list', 'int'] };

/** Records `[event, site, innermost, depth, count]` and changes `[place, name, type, block, references]`. */
function locals(records: readonly number[][], changes: readonly number[][]): Buffer {
  const columns = [records, changes].flatMap((rows) => [0, 1, 2, 3, 4].flatMap((at) => rows.map((row) => row[at])));
  const header = { kind: 'locals', length: records.length, changes: changes.length };
  return frame(header, new Uint8Array(Uint32Array.from(columns).buffer));
}

describe('messages', () => {
  it('are the same however they are cut', () => {
    const bytes = Buffer.concat([frame(sites), chunk(0, 3, 1), frame({ kind: 'output', stream: 'stdout', text: 'é' })]);
    const whole = new MessageReader().read(bytes);
    expect(whole.map(({ kind }) => kind)).toEqual(['sites', 'chunk', 'output']);
    expect(whole[1]).toMatchObject({
      firstEvent: 0,
      length: 3,
      time: new Float64Array([0, 1, 2]),
      size: new Uint32Array([10, 11, 12]),
      id: new Uint32Array([1, 2, 3]),
      site: new Uint32Array([1, 1, 1]),
      op: new Uint8Array([1, 1, 1]),
    });
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 })), (cuts) => {
        const reader = new MessageReader();
        const messages = [];
        let at = 0;
        for (const cut of cuts) {
          messages.push(...reader.read(bytes.subarray(at, at + cut)));
          at += cut;
        }
        messages.push(...reader.read(bytes.subarray(at)));
        expect(messages).toEqual(whole);
      }),
      { numRuns: 50 },
    );
  });
});

describe('frames', () => {
  const read = (...messages: Buffer[]) =>
    new MessageReader()
      .read(Buffer.concat([frame(sites), frame(texts), ...messages]))
      .flatMap((message) => (message.kind === 'frames' ? message.records : []));
  /** Function f at a place, and its variable x: a list in block 7, referred to twice. */
  const enter = (place: number) => [place << 16, 1, 0, 0, 0];
  const x = (place: number, type = 3, references = 2) => [(place << 16) | 1, 2, type, 7, references];
  const f = (type = 'list', references = 2) => ({
    function: 'f',
    locals: [{ name: 'x', type, block: 7, references }],
  });

  it('are put together from what changed, the caller at the place before, round and round', () => {
    const records = read(
      locals(
        [
          [0, 1, 63, 1, 2],
          [3, 1, 0, 2, 2],
          [4, 1, 63, 1, 1],
        ],
        [enter(63), x(63), enter(0), x(0, 4, 0xffff_ffff), x(63, 0)],
      ),
    );
    expect(records).toEqual([
      { event: 0, site: 1, frames: [f()] },
      { event: 3, site: 1, frames: [f('int', -1), f()] },
      { event: 4, site: 1, frames: [{ function: 'f', locals: [] }] },
    ]);
    expect(records[1].frames[1]).toBe(records[0].frames[0]);
  });

  it('go on from one message to the next, in the middle of a record, too', () => {
    expect(read(locals([], [enter(5)]), locals([[1, 1, 5, 1, 1]], [x(5)]))).toEqual([
      { event: 1, site: 1, frames: [f()] },
    ]);
  });

  it('forget the variables of a place that is entered anew, and show the module’s where they are said to', () => {
    const module = [(64 << 16) | 1, 2, 3, 7, 2];
    const records = read(
      locals(
        [
          [0, 1, 5, 1, 2],
          [0, 1, 5, 1, 1],
          [0, 1, 6, 2, 2],
        ],
        [enter(5), x(5), enter(5), module, [6 << 16, 1, 1, 0, 0]],
      ),
    );
    const empty = { function: 'f', locals: [] };
    expect(records.map(({ frames }) => frames)).toEqual([[f()], [empty], [f(), empty]]);
  });
});

describe('a fault', () => {
  it.each<[string, Buffer[]]>([
    ['a length beyond all bounds', [Buffer.from([255, 255, 255, 255, 0, 0, 0, 0])]],
    ['a length too short for a header', [Buffer.from([1, 0, 0, 0, 0])]],
    ['a header longer than its message', [Buffer.from([4, 0, 0, 0, 200, 0, 0, 0])]],
    ['a header that is not JSON', [frame('{')]],
    ['a header that is no object', [frame('[]')]],
    ['a kind that is not known', [frame({ kind: 'toString' })]],
    ['a field that is not known', [frame({ kind: 'output', stream: 'stdout', text: '', html: '<b>' })]],
    ['a field that is missing', [frame({ kind: 'output', stream: 'stdout' })]],
    ['a text that is none', [frame({ kind: 'output', stream: 'stdout', text: 1 })]],
    ['a count below zero', [frame({ ...sites, first: -1 })]],
    ['an outcome that is not known', [frame({ kind: 'finished', outcome: 'great' })]],
    ['columns shorter than they say', [frame({ kind: 'chunk', firstEvent: 0, length: 2 }, new Uint8Array(21))]],
    ['columns longer than they say', [frame({ kind: 'chunk', firstEvent: 0, length: 1 }, new Uint8Array(42))]],
    ['more entries than a message may have', [frame({ kind: 'lines', length: 65_537 }, new Uint8Array(8))]],
    ['bytes where there are no columns', [frame({ kind: 'output', stream: 'stdout', text: '' }, new Uint8Array(1))]],
    ['a chunk that leaves events out', [frame(sites), chunk(1, 1, 1)]],
    ['a chunk told twice', [frame(sites), chunk(0, 1, 1), chunk(0, 1, 1)]],
    ['a line whose site is still to come', [locals([[0, 1, 0, 0, 0]], [])]],
    ['texts that leave a number out', [frame({ ...texts, first: 2 })]],
    ['a text that is still to come', [locals([], [[0, 1, 0, 0, 0]])]],
    ['a frame in a place that there is not', [locals([], [[64 << 16, 0, 0, 0, 0]])]],
    ['a variable in a place that there is not', [locals([], [[(65 << 16) | 1, 0, 0, 0, 0]])]],
    ['a variable beyond those of a place', [locals([], [[257, 0, 0, 0, 0]])]],
    ['more frames than there are places', [frame(sites), locals([[0, 1, 0, 65, 0]], [])]],
    ['an innermost frame in no place', [frame(sites), locals([[0, 1, 64, 1, 0]], [])]],
    ['more changes than come', [frame(sites), locals([[0, 1, 0, 0, 2]], [[0, 0, 0, 0, 0]])]],
    ['a site that is still to come', [chunk(0, 1, 1)]],
    ['sites that leave a number out', [frame({ ...sites, first: 2 })]],
    [
      'a site whose caller is itself',
      [frame({ ...sites, sites: [{ function: 'f', file: 's.py', line: 1, parent: 1 }] })],
    ],
  ])('is %s', (_name, pieces) => {
    const reader = new MessageReader();
    const good = pieces.slice(0, -1);
    for (const piece of good) expect(reader.read(piece)).toHaveLength(1);
    expect(() => reader.read(pieces.at(-1) ?? Buffer.alloc(0))).toThrow(ProtocolFault);
  });

  it('is the only thing that random bytes bring about', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const reader = new MessageReader();
        try {
          expect(reader.read(Buffer.from(bytes))).toEqual([]);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolFault);
        }
      }),
    );
  });
});
