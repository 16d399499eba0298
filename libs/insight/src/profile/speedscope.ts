/**
 * A profile as speedscope reads it: https://www.speedscope.app/file-format-schema.json, two `sampled` profiles over one
 * table of frames, weighted in bytes and in blocks. In a sampled profile every sample is a stack of indices into the
 * frames, outermost first, and has a weight; the end value is the sum of the weights.
 */
import { callInWords, type WeightedStack } from './stacks.js';
import type { Place } from './places.js';

export interface SpeedscopeFile {
  readonly $schema: 'https://www.speedscope.app/file-format-schema.json';
  readonly name: string;
  readonly exporter: string;
  readonly activeProfileIndex: number;
  readonly shared: { readonly frames: readonly SpeedscopeFrame[] };
  readonly profiles: readonly SpeedscopeProfile[];
}

export interface SpeedscopeFrame {
  readonly name: string;
  readonly file?: string;
  readonly line?: number;
}

export interface SpeedscopeProfile {
  readonly type: 'sampled';
  readonly name: string;
  readonly unit: 'bytes' | 'none';
  readonly startValue: 0;
  readonly endValue: number;
  readonly samples: readonly (readonly number[])[];
  readonly weights: readonly number[];
}

/** The file in pieces of text: one sample at a time, so that a large one is never a single string. */
export function* speedscopeFile(name: string, stacks: readonly WeightedStack[]): Generator<string> {
  const frames: SpeedscopeFrame[] = [];
  const numbers = new Map<string, number>();
  const samples = stacks.map(({ calls }) =>
    calls.map((call) => {
      const key = `${call.function}\0${call.file}\0${call.line}`;
      let number = numbers.get(key);
      if (number === undefined) {
        number = frames.push(frameOf(call)) - 1;
        numbers.set(key, number);
      }
      return number;
    }),
  );
  const head = {
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    name,
    exporter: 'heapcast',
    activeProfileIndex: 0,
    shared: { frames },
  };
  yield `${JSON.stringify(head).slice(0, -1)},"profiles":[`;
  yield* sampled(
    `${name}: bytes`,
    'bytes',
    samples,
    stacks.map(({ bytes }) => bytes),
  );
  yield ',';
  yield* sampled(
    `${name}: blocks`,
    'none',
    samples,
    stacks.map(({ blocks }) => blocks),
  );
  yield ']}\n';
}

function* sampled(
  name: string,
  unit: SpeedscopeProfile['unit'],
  samples: readonly (readonly number[])[],
  weights: readonly number[],
): Generator<string> {
  const endValue = weights.reduce((sum, weight) => sum + weight, 0);
  const head = { type: 'sampled', name, unit, startValue: 0, endValue };
  yield `${JSON.stringify(head).slice(0, -1)},"samples":[`;
  for (const [i, sample] of samples.entries()) yield `${i === 0 ? '' : ','}${JSON.stringify(sample)}`;
  yield `],"weights":${JSON.stringify(weights)}}`;
}

function frameOf(call: Place): SpeedscopeFrame {
  const { function: name, file, line } = call;
  return {
    name: name === null || name === '' ? callInWords(call) : name,
    ...(file === null || file === '' ? {} : { file }),
    ...(line === null ? {} : { line }),
  };
}
