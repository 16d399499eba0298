/** What does `sys.getsizeof` say? Computed from the struct layouts of the profile's Python; the reason is the sum of parts. */
import {
  type ExpressionSize,
  expressionSize,
  parseVersion,
  SizeofError,
  type Version,
  versions,
} from '@heapcast/sizeof';
import { letter } from './choices.js';
import type { Moment } from './moment.js';
import { NotAskable, type Question, type QuestionOptions } from './question.js';
import type { Seed } from './seed.js';

/** Small objects whose size surprises: headers, growth, text that is not ASCII, what is not counted. */
const EXPRESSIONS = [
  '[]',
  '()',
  '{}',
  'set()',
  '[1, 2, 3]',
  '(1, 2, 3)',
  '{"a": 1}',
  '[[1, 2], [3, 4]]',
  '""',
  '"heap"',
  '"é"',
  '"€uro"',
  'b"heap"',
  '0',
  '1',
  '2**30',
  '2**60',
  '1.5',
  'True',
  'None',
  '"a" * 100',
  '[None] * 100',
] as const;

export async function askSizeof(moment: Moment, options: QuestionOptions, seed: Seed): Promise<Question> {
  const build = buildOf(moment, options);
  const expression = options.expression ?? seed.pick(EXPRESSIONS) ?? '[]';
  const size = sizeOf(expression, build);
  const head = {
    kind: 'sizeof',
    event: moment.at,
    prompt: `What does sys.getsizeof(${expression}) say in CPython ${build.version} (${build.words})?`,
    explanation: explain(size),
    unit: 'bytes',
  } as const;
  if (options.asNumber) return { ...head, choices: [], right: String(size.shallow) };
  const wrong = plausible(size, build).filter((bytes) => bytes > 0 && bytes !== size.shallow);
  return { ...head, ...letter(choiceOf(size.shallow), wrong.map(choiceOf), seed) };
}

interface Build {
  readonly version: Version;
  readonly dataModel: 'linux-64' | '32-bit';
  readonly words: string;
}

/** The newest that is recorded, where the allocator is no Python's. */
const NEWEST: Version = '3.13';

function buildOf({ config }: Moment, { version }: QuestionOptions): Build {
  const is32 = config.profile.endsWith('-32bit');
  const platform = is32
    ? ({ dataModel: '32-bit', words: '32-bit' } as const)
    : ({ dataModel: 'linux-64', words: '64-bit' } as const);
  const profiled = /^cpython-(\d+\.\d+)/.exec(config.profile)?.[1] ?? NEWEST;
  try {
    return { version: parseVersion(version ?? profiled), ...platform };
  } catch (error) {
    if (!(error instanceof SizeofError)) throw error;
    const known = versions.join(', ');
    throw new NotAskable(
      `The layouts of CPython ${version ?? profiled} are not known here; those of ${known} are: say which in "version".`,
      null,
      'version',
    );
  }
}

function sizeOf(expression: string, { version, dataModel }: Build): ExpressionSize {
  try {
    return expressionSize(expression, { version, dataModel });
  } catch (error) {
    if (!(error instanceof SizeofError)) throw error;
    throw new NotAskable(`The expression ${error.message}`, null, 'expression');
  }
}

/** What somebody says who forgets a part, counts too much, or thinks of another Python. */
function plausible(size: ExpressionSize, build: Build): number[] {
  const parts = partsOf(size);
  const withoutFirst = size.shallow - (parts[0]?.bytes ?? 0);
  const withoutLast = size.shallow - (parts.at(-1)?.bytes ?? 0);
  const others = versions.flatMap((version) => {
    if (version === build.version) return [];
    try {
      return [expressionSize(size.expression, { version, dataModel: build.dataModel }).shallow];
    } catch {
      // An expression that another version does not know says nothing about it.
      return [];
    }
  });
  return [size.deep, ...others, withoutFirst, withoutLast, size.shallow + 16, size.shallow + 8, size.shallow - 8];
}

function partsOf({ objects }: ExpressionSize) {
  return (objects[0]?.requests ?? []).flatMap(({ parts, times }) =>
    parts
      .filter(({ counted, bytes }) => counted && bytes > 0)
      .map(({ what, bytes }) => ({ what, bytes: bytes * times })),
  );
}

function explain(size: ExpressionSize): string {
  const parts = partsOf(size);
  const sum =
    parts.length > 1
      ? `${parts.map(({ what, bytes }) => `${bytes} (${what})`).join(' + ')} = ${size.shallow} bytes.`
      : `${size.shallow} bytes${parts[0] ? ` (${parts[0].what})` : ''}.`;
  if (size.deep === size.shallow) return sum;
  return `${sum} What it refers to is not counted: with that it would be ${size.deep} bytes.`;
}

function choiceOf(bytes: number): { readonly text: string } {
  return { text: `${bytes} bytes` };
}
