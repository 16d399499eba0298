import { describe, expect, it } from '@jest/globals';
import { belongTogether, HeapLedger } from './heap-ledger.js';
import { HEAP_CALLS, type HeapCall } from './recorder-source.js';

const call = (name: HeapCall): number => HEAP_CALLS.indexOf(name);

describe('HeapLedger', () => {
  it('numbers blocks in the order of asking and keeps the most bytes that were in use', () => {
    const ledger = new HeapLedger();
    expect(ledger.place(call('malloc'), 64, 10, 1)).toBe(1);
    expect(ledger.place(call('new[]'), 128, 40, 2)).toBe(2);
    ledger.free(1, 3);
    expect(ledger).toMatchObject({ blocks: 2, liveBlocks: 1, liveBytes: 40, peakBytes: 50 });
    expect([ledger.liveAt(64), ledger.liveAt(128), ledger.callOf(2), ledger.siteOf(2)]).toEqual([0, 2, 'new[]', 2]);
  });

  it('follows a block that is resized to another place', () => {
    const ledger = new HeapLedger();
    ledger.place(call('malloc'), 64, 10, 1);
    ledger.resize(1, 256, 100, 7);
    expect([ledger.liveAt(64), ledger.liveAt(256), ledger.sizeOf(1), ledger.siteOf(1)]).toEqual([0, 1, 100, 7]);
    expect(Array.from(ledger.live())).toEqual([1]);
  });

  it('keeps freed blocks aside, so that a second free is one', () => {
    const ledger = new HeapLedger();
    ledger.place(call('malloc'), 64, 10, 1);
    ledger.free(1, 2);
    expect(ledger.release()).toBe(0);
    expect(ledger.complainOfFree(call('free'), 64, 3, 9)).toBe(1);
    expect(ledger.errors).toEqual([
      expect.objectContaining({
        kind: 'doubleFree',
        block: 1,
        size: 10,
        site: 3,
        givenAt: 1,
        freedAt: 2,
        event: 9,
        times: 1,
      }),
    ]);
  });

  it('lets the oldest go when there are too many bytes or blocks aside', () => {
    const ledger = new HeapLedger();
    for (let i = 0; i < 5; i++) {
      const block = ledger.place(call('malloc'), 64 + i * (1 << 20), 1 << 20, 1);
      ledger.free(block, 1);
    }
    expect([ledger.release(), ledger.release()]).toEqual([64, 0]);
    for (let i = 0; i < 5000; i++) ledger.free(ledger.place(call('malloc'), 8_000_000 + i * 16, 1, 1), 1);
    let gone = 0;
    while (ledger.release() !== 0) gone++;
    expect(gone).toBe(908);
  });

  it('tells a pointer into a block from one to nowhere', () => {
    const ledger = new HeapLedger();
    ledger.place(call('malloc'), 64, 10, 1);
    ledger.complainOfFree(call('free'), 68, 2, 0);
    ledger.complainOfFree(call('free'), 9999, 3, 0);
    expect(ledger.errors).toMatchObject([
      { kind: 'invalidFree', block: 1, offset: 4 },
      { kind: 'invalidFree', block: 0, offset: 0 },
    ]);
  });

  it('counts what happens again at the same place, and keeps a hundred places', () => {
    const ledger = new HeapLedger();
    for (let i = 0; i < 300; i++) ledger.complainOfFree(call('free'), 9999, 1 + (i % 150), 0);
    expect(ledger.errors).toHaveLength(100);
    expect(ledger.errors[0]?.times).toBe(2);
    expect(ledger.errorsDropped).toBe(100);
  });
});

it('knows which function takes back what another gave', () => {
  expect(belongTogether('malloc', 'free')).toBe(true);
  expect(belongTogether('realloc', 'free')).toBe(true);
  expect(belongTogether('new', 'delete')).toBe(true);
  expect(belongTogether('new', 'delete[]')).toBe(false);
  expect(belongTogether('new[]', 'delete')).toBe(false);
  expect(belongTogether('new[]', 'free')).toBe(false);
  expect(belongTogether('malloc', 'delete')).toBe(false);
});
