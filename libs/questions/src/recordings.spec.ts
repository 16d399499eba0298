/**
 * The right answers against what real CPythons did: the recorded placements and arenas of `test/fixtures/oracle` are read
 * here by themselves, and no model is asked.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { resolveConfig } from '@heapcast/allocators';
import { Op, OP_MASK, Pmtrace1Reader, type TraceChunk } from '@heapcast/trace';
import { MomentRoom } from '../test/recorded-moment.js';
import { generateQuestion } from './generation.js';
import type { Moment } from './moment.js';
import { NotAskable } from './question.js';

const RECORDINGS = [
  ['2.7.18', 'startup', 'cpython-2.7'],
  ['3.6.15', 'startup', 'cpython-3.6'],
  ['3.8.18', 'stress', 'cpython-3.8'],
  ['3.9.18', 'startup', 'cpython-3.9'],
  ['3.11.7', 'startup', 'cpython-3.11'],
  ['3.13.0', 'stress', 'cpython-3.13'],
] as const;

/** Beyond this a recording is not looked into: every seek costs its replay. */
const MOST_EVENTS = 120_000;
const PER_KIND = 12;

interface Recording {
  readonly moment: (at: number) => Moment;
  /** By event: arena << 16 | pool << 10 | block of what was placed. */
  readonly placed: ReadonlyMap<number, number>;
  readonly mapped: ReadonlySet<number>;
  readonly unmapped: ReadonlyMap<number, number>;
  readonly ops: Uint8Array;
}

const room = new MomentRoom();
afterAll(() => room.close());

/** The two files as `test/fixtures/oracle/README.md` and `docs/formats` describe them. */
async function read(version: string, name: string, profile: string): Promise<Recording> {
  const file = (kind: string) =>
    readFile(`test/fixtures/oracle/${version}/${name}.${kind}.gz`).then((b) => gunzipSync(b));
  const chunks: TraceChunk[] = [];
  const reader = new Pmtrace1Reader((chunk) => chunks.push(chunk), {});
  reader.push(await file('trace'));
  const header = reader.end();
  const oracle = await file('oracle');
  const results = oracle.readUInt32LE(12);
  const ops = Buffer.concat(chunks.map(({ op }) => op)).map((op) => op & OP_MASK);
  const placed = new Map<number, number>();
  let result = 0;
  ops.forEach((op, event) => {
    if (op !== Op.malloc && op !== Op.calloc && op !== Op.realloc && op !== Op.reallocNull) return;
    const code = oracle.readUInt32LE(64 + 4 * result++);
    if (code < 0xffff_fffd) placed.set(event, code);
  });
  const mapped = new Set<number>();
  const unmapped = new Map<number, number>();
  for (let i = 0, at = 64 + 4 * results; i < oracle.readUInt32LE(24); i++, at += 12) {
    const arena = oracle.readUInt32LE(at + 4);
    if (arena >= 0x8000_0000) unmapped.set(oracle.readUInt32LE(at), arena - 0x8000_0000);
    else mapped.add(oracle.readUInt32LE(at));
  }
  const answered = resolveConfig({ model: 'pymalloc', profile });
  if ('problems' in answered) throw new Error('no such profile');
  const { arenaMisalignment } = header.origin;
  const moment = await room.open({ config: answered.resolved, chunks, arenaMisalignment });
  return { moment, placed, mapped, unmapped, ops };
}

/** Some of them, spread evenly. */
function some(events: readonly number[], most = PER_KIND): number[] {
  const near = events.filter((event) => event < MOST_EVENTS);
  return near.filter((_, index) => index % Math.ceil(near.length / most) === 0);
}

describe.each(RECORDINGS)('CPython %s, %s', (version, name, profile) => {
  let recording: Recording;
  beforeAll(async () => {
    recording = await read(version, name, profile);
  });

  it('names the block that CPython handed out', async () => {
    const { moment, placed, ops } = recording;
    const events = some([...placed.keys()].filter((event) => ops[event] !== Op.realloc));
    expect(events.length).toBeGreaterThan(5);
    for (const event of events) {
      const { choices, right } = await generateQuestion('next-block', moment(event));
      const block = choices.find(({ id }) => id === right)?.block;
      const code = placed.get(event) ?? 0;
      expect({ event, ...block }).toMatchObject({
        event,
        arena: code >>> 16,
        pool: (code >>> 10) & 63,
        index: code & 1023,
      });
      expect(choices.length).toBeGreaterThan(1);
    }
  });

  it('says whether CPython gave an arena back', async () => {
    const { moment, unmapped, ops } = recording;
    const frees = some([...ops.keys()].filter((event) => ops[event] === Op.free));
    const given = some([...unmapped.keys()].filter((event) => ops[event] === Op.free));
    let asked = 0;
    for (const event of [...frees, ...given]) {
      const question = await generateQuestion('arena-returned', moment(event)).catch((error: unknown) => {
        if (!(error instanceof NotAskable)) throw error;
        return null;
      });
      if (!question) continue;
      asked++;
      expect([event, question.right === 'yes']).toEqual([event, unmapped.has(event)]);
    }
    expect(asked).toBeGreaterThan(3);
  });

  it('names the arena that CPython took the next pool from', async () => {
    const { moment, placed, mapped } = recording;
    const starts = some(
      [...mapped].filter((event) => placed.has(event)),
      4,
    );
    const events = [...starts];
    // From anywhere, the refusal says where a pool is taken next.
    for (const from of some([...placed.keys()], 6)) {
      const refused = await generateQuestion('next-arena', moment(from)).then(
        () => from,
        (error: unknown) => (error instanceof NotAskable ? error.nextEvent : undefined),
      );
      if (typeof refused === 'number' && placed.has(refused)) events.push(refused);
    }
    expect(events.length).toBeGreaterThan(3);
    for (const event of events) {
      const { choices, right } = await generateQuestion('next-arena', moment(event));
      const expected = mapped.has(event) ? 'a new arena, mapped for it' : `arena ${(placed.get(event) ?? 0) >>> 16}`;
      expect([event, choices.find(({ id }) => id === right)?.text]).toEqual([event, expected]);
    }
  });
});
