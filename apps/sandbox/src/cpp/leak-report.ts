/** The heap at the end of the program, as memcheck would report it: blocks of one kind, function and call path are one record. */
import type { LeaksMessage, LossRecordMessage } from '../protocol.js';
import type { HeapLedger } from './heap-ledger.js';
import { LEAK_KINDS, type ScanRange, type ScanResult, scanForLeaks } from './leak-scan.js';

const MOST_RECORDS = 1000;

/** @param roots where the program keeps pointers outside of the heap */
export function leakReport(
  memory: Uint8Array,
  ledger: HeapLedger,
  roots: readonly ScanRange[],
  failedRequests: number,
): Omit<LeaksMessage, 'kind'> {
  const numbers = ledger.live();
  const blocks = Array.from(numbers, (block) => ({
    address: ledger.addressOf(block),
    size: ledger.sizeOf(block),
    isArray: ledger.callOf(block) === 'new[]',
  }));
  const found = scanForLeaks(memory, blocks, roots);
  const records = lossRecords(numbers, ledger, found);
  return {
    summary: summaryOf(numbers, ledger, found),
    records: records.slice(0, MOST_RECORDS),
    recordsDropped: Math.max(0, records.length - MOST_RECORDS),
    errors: ledger.errors,
    errorsDropped: ledger.errorsDropped,
    peakBytes: ledger.peakBytes,
    failedRequests,
  };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function lossRecords(numbers: Uint32Array, ledger: HeapLedger, { kind, leader }: ScanResult): LossRecordMessage[] {
  const records = new Map<string, Writable<LossRecordMessage>>();
  const recordOf = Array.from(numbers, (block, at) => {
    const word = LEAK_KINDS[kind[at]];
    const [givenBy, site] = [ledger.callOf(block), ledger.siteOf(block)];
    const key = `${word} ${givenBy} ${site}`;
    let record = records.get(key);
    if (!record) {
      record = { kind: word, bytes: 0, blocks: 0, indirectBytes: 0, indirectBlocks: 0, givenBy, site };
      records.set(key, record);
    }
    record.bytes += ledger.sizeOf(block);
    record.blocks++;
    return record;
  });
  leader.forEach((through, at) => {
    if (through < 0) return;
    recordOf[through].indirectBytes += ledger.sizeOf(numbers[at]);
    recordOf[through].indirectBlocks++;
  });
  return [...records.values()].sort(
    (a, b) => LEAK_KINDS.indexOf(a.kind) - LEAK_KINDS.indexOf(b.kind) || weight(b) - weight(a) || a.site - b.site,
  );
}

function summaryOf(numbers: Uint32Array, ledger: HeapLedger, { kind }: ScanResult): LeaksMessage['summary'] {
  const summary = { definite: total(), indirect: total(), possible: total(), reachable: total() };
  numbers.forEach((block, at) => {
    const of = summary[LEAK_KINDS[kind[at]]];
    of.bytes += ledger.sizeOf(block);
    of.blocks++;
  });
  return summary;
}

function weight({ bytes, indirectBytes }: LossRecordMessage): number {
  return bytes + indirectBytes;
}

function total(): { bytes: number; blocks: number } {
  return { bytes: 0, blocks: 0 };
}
