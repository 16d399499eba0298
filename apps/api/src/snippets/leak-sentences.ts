/** Leaks and heap errors in sentences, in memcheck's words. */
import type { CallPlace, SnippetHeapError, SnippetLossRecord } from './snippet-leaks.js';

const KINDS: Readonly<Record<SnippetLossRecord['kind'], string>> = {
  definite: 'definitely lost',
  indirect: 'indirectly lost',
  possible: 'possibly lost',
  reachable: 'still reachable',
};

export function describeLoss(record: Omit<SnippetLossRecord, 'sentence'>): string {
  const { bytes, blocks, indirectBytes, indirectBlocks, kind, allocatedBy, path } = record;
  const through = indirectBlocks > 0 ? `, and with them ${amount(indirectBytes, indirectBlocks)} indirectly` : '';
  return `${amount(bytes, blocks)} are ${KINDS[kind]}${through}: ${allocatedBy} ${inPath(path)}.`;
}

const WRONG: Readonly<Record<SnippetHeapError['kind'], string>> = {
  doubleFree: 'of a block that is freed already',
  invalidFree: 'of what is not the start of a block',
  mismatchedFree: 'of a block that was given by',
};

export function describeHeapError(error: Omit<SnippetHeapError, 'sentence'>): string {
  const { kind, call, path, allocatedBy, allocatedAt, freedAt, size, offset, times } = error;
  const by = kind === 'mismatchedFree' ? ` ${allocatedBy ?? ''}` : '';
  const inside = kind === 'invalidFree' && allocatedBy ? `: ${offset} bytes inside a block` : '';
  const given = allocatedBy ? `; its ${size} bytes come from ${allocatedBy} ${inPath(allocatedAt)}` : '';
  const freed = freedAt.length > 0 ? `, freed ${inPath(freedAt)}` : '';
  const often = times > 1 ? ` It happened ${times} times.` : '';
  return `${call} ${inPath(path)} ${WRONG[kind]}${by}${inside}${given}${freed}.${often}`;
}

function amount(bytes: number, blocks: number): string {
  return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'} in ${blocks} ${blocks === 1 ? 'block' : 'blocks'}`;
}

function inPath(path: readonly CallPlace[]): string {
  if (path.length === 0) return 'at a place that is not known';
  return `in ${path.map(({ function: name, file, line }) => (line > 0 ? `${name} (${file}:${line})` : name)).join(' < ')}`;
}
