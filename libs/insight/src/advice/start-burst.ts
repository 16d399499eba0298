/** What one file loads at the very beginning and keeps to the end makes up much of the memory: more is imported than needed. */
import type { Place } from '../profile/places.js';
import { bytesInWords, count, perCent } from '../quantities.js';
import { placeInWords, type Finding, type Rule } from './advice.js';
import type { AdviceFacts } from './facts.js';

const FEWEST = 50;
const SMALLEST = 8 * 1024;
/** Of what is alive late in the run. */
const SHARE = 0.5;
/** Of what a place asked for that must be early and alive. */
const MOSTLY = 0.8;

interface Loaded {
  readonly place: Place;
  readonly blocks: number;
  readonly bytes: number;
  /** Blocks that were asked for there, ever. */
  readonly asked: number;
}

export const startBurst: Rule = {
  name: 'start-burst',
  practice: 'import-only-needed',
  title: 'One line loads much at the beginning, and all of it stays',
  find: (facts) => loadedEarly(facts, (place) => place, 'Import only the functions that are used.'),
};

export const largeModule: Rule = {
  name: 'large-module',
  practice: 'smaller-modules',
  title: 'One file with several lines loads much at the beginning, and all of it stays',
  find: (facts) =>
    loadedEarly(
      facts,
      ({ file }) => ({ function: null, file, line: null }),
      'Split it, so that only the needed part is loaded.',
      2,
    ),
};

function loadedEarly(
  { lines, total, lateAt }: AdviceFacts,
  groupOf: (place: Place) => Place,
  remedy: string,
  fewestLines = 1,
): Finding[] {
  const groups = new Map<string, Loaded & { lines: number }>();
  for (const { place, early, earlyBytes, flow } of lines) {
    if (early === 0) continue;
    const group = groupOf(place);
    const key = `${group.file}\0${group.line}`;
    const { blocks = 0, bytes = 0, asked = 0, lines: known = 0 } = groups.get(key) ?? {};
    groups.set(key, {
      place: group,
      blocks: blocks + early,
      bytes: bytes + earlyBytes,
      asked: asked + flow.blocks - flow.moves,
      lines: known + 1,
    });
  }
  return [...groups.values()]
    .filter(({ lines: number }) => number >= fewestLines)
    .filter(({ blocks, bytes }) => blocks >= FEWEST && bytes >= Math.max(SMALLEST, SHARE * total.late.bytes))
    .filter(({ blocks, asked }) => blocks >= MOSTLY * asked)
    .map(({ place, blocks, bytes, asked }) => {
      const share = bytes / total.late.bytes;
      return {
        sentence:
          `What ${placeInWords(place)} loads in the first tenth of the run stays to its end: ${bytesInWords(bytes)} in ${count(blocks, 'block')}, ` +
          `${perCent(share)} of everything alive then. ${remedy}`,
        evidence: [
          { place, at: lateAt, numbers: { earlyBlocks: blocks, earlyBytes: bytes, share, keptShare: blocks / asked } },
        ] as const,
        confidence: {
          level: share >= 0.75 ? ('medium' as const) : ('low' as const),
          reason: 'It is loaded early and never freed; whether it is used the trace cannot say.',
        },
        bytes,
      };
    });
}
