/** What a packed chunk says of its requests beside what they asked: sites, times, names; each a stream of varints. */
import { notCanonical, damaged } from './packed-faults.js';
import type { VarintReader, VarintWriter } from './varint.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function writeSites(site: Uint32Array, length: number, body: VarintWriter): void {
  let before = 0;
  for (let at = 0; at < length; at++) {
    body.i32((site[at] - before) | 0);
    before = site[at];
  }
}

export function readSites(length: number, body: VarintReader): Uint32Array {
  const site = new Uint32Array(length);
  let before = 0;
  for (let at = 0; at < length; at++) {
    before = (before + body.i32()) | 0;
    site[at] = before;
  }
  return site;
}

export function writeTimes(time: Float64Array, length: number, body: VarintWriter): void {
  let before = 0;
  for (let at = 0; at < length; at++) {
    const now = time[at];
    if (!Number.isSafeInteger(now) || now < 0) throw notCanonical(at);
    body.integer(now - before);
    before = now;
  }
}

export function readTimes(length: number, body: VarintReader): Float64Array {
  const time = new Float64Array(length);
  let before = 0;
  for (let at = 0; at < length; at++) {
    before += body.integer();
    if (!Number.isSafeInteger(before) || before < 0) throw damaged(`request ${at} has an impossible time`);
    time[at] = before;
  }
  return time;
}

export function writeNames(names: ReadonlyMap<number, string>, body: VarintWriter): void {
  body.u32(names.size);
  let before = -1;
  for (const [index, name] of [...names].sort(([a], [b]) => a - b)) {
    const bytes = encoder.encode(name);
    body.u32(index - before - 1);
    body.u32(bytes.length);
    body.raw(bytes);
    before = index;
  }
}

export function readNames(length: number, body: VarintReader): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  const count = body.u32();
  let index = -1;
  for (let read = 0; read < count && !body.failed; read++) {
    index += body.u32() + 1;
    const bytes = body.raw(body.u32());
    if (index >= length) throw damaged('a name has no request');
    try {
      names.set(index, decoder.decode(bytes));
    } catch {
      throw damaged('a name is not UTF-8');
    }
  }
  return names;
}
