/** The story of a block: who asked for it, where it lay, how long, and how it ended. */
import { Outcome, type OutcomeName } from '@heapcast/allocators';
import type { BlockStep, OpName, StoryReply } from '@heapcast/replay';
import { Op } from '@heapcast/trace';
import { describeEvent } from './event-sentence.js';
import { bytesInWords, count } from './quantities.js';

export interface StoryStep {
  /** Number of the event: `at=seq` is the state just after it. */
  readonly seq: number;
  readonly op: OpName;
  readonly outcome: OutcomeName;
  /** Bytes asked for; 0 for a free. */
  readonly requested: number;
  /** Index in the site table; 0 = not known. */
  readonly site: number;
  /** Nanoseconds since the start; `null` = not recorded. */
  readonly time: number | null;
  /** Where the block lies after it; `null` = not in the model. */
  readonly place: BlockPlacement | null;
  readonly sentence: string;
}

export interface BlockPlacement {
  readonly arena: number;
  /** `null` in a model without pools. */
  readonly pool: number | null;
  readonly index: number | null;
  readonly address: number;
  readonly occupied: number;
  readonly offset: number;
}

export interface BlockStory {
  readonly number: number;
  readonly name: string | null;
  readonly steps: readonly StoryStep[];
  /** Steps in all; `steps` may hold fewer. */
  readonly total: number;
  /** Times that realloc moved it. */
  readonly moves: number;
  readonly born: number;
  /** `null`: it is never freed. */
  readonly freed: number | null;
  /** From birth to free, or to the last event. */
  readonly lifetime: { readonly events: number; readonly nanoseconds: number | null };
  /** Frees and reallocs after it was freed. */
  readonly mistakes: number;
  readonly sentence: string;
}

const OPS = namesOf(Op);
const OUTCOMES = namesOf(Outcome);
const GIVES_PLACE: ReadonlySet<OutcomeName> = new Set(['placed', 'moved', 'inPlace']);
const MISTAKES: ReadonlySet<OutcomeName> = new Set(['doubleFree', 'invalidFree', 'invalidRealloc']);

/** @param events of the whole run @returns `null` when there is no such block */
export function blockStory(reply: StoryReply, events: number): BlockStory | null {
  const [first] = reply.steps;
  if (!first) return null;
  const steps = reply.steps.map((step) => stepOf(step, reply));
  const end = reply.steps.find(({ outcome }) => outcome === Outcome.freed);
  const nanoseconds = end && end.time !== null && first.time !== null ? end.time - first.time : null;
  const story = {
    number: reply.number,
    name: reply.name,
    steps,
    total: reply.total,
    moves: steps.filter(({ outcome, op }) => outcome === 'moved' || (op === 'realloc' && outcome === 'raw')).length,
    born: first.event + 1,
    freed: end ? end.event + 1 : null,
    lifetime: { events: (end ? end.event : events - 1) - first.event, nanoseconds },
    mistakes: steps.filter(({ outcome }) => MISTAKES.has(outcome)).length,
  };
  return { ...story, sentence: inWords(story) };
}

/** Where the block was, or still is, at a position. */
export function stateAt(
  story: BlockStory,
  at: number,
): { readonly state: 'unborn' | 'alive' | 'freed' | 'refused'; readonly place: BlockPlacement | null } {
  const past = story.steps.filter(({ seq, outcome }) => seq <= at && !MISTAKES.has(outcome));
  const last = past.at(-1);
  if (!last) return { state: 'unborn', place: null };
  const place = past.findLast(({ outcome }) => GIVES_PLACE.has(outcome) || outcome === 'raw')?.place ?? null;
  if (last.outcome === 'freed') return { state: 'freed', place };
  const held = past.some(({ outcome }) => GIVES_PLACE.has(outcome) || outcome === 'raw' || outcome === 'none');
  return { state: held ? 'alive' : 'refused', place };
}

function stepOf(step: BlockStep, { number, name }: StoryReply): StoryStep {
  const op = OPS[step.op];
  const outcome = OUTCOMES[step.outcome];
  const { event, requested, site, time, region, pool, index, occupied, address, offset, mappings } = step;
  const described = { op, size: requested, outcome, number, region, pool, index, blockBytes: occupied, mappings };
  const place =
    region < 0
      ? null
      : { arena: region, pool: pool < 0 ? null : pool, index: index < 0 ? null : index, address, occupied, offset };
  return {
    seq: event + 1,
    op,
    outcome,
    requested,
    site,
    time,
    place,
    sentence: describeEvent(name === null ? described : { ...described, name }),
  };
}

function inWords({
  number,
  name,
  steps,
  moves,
  born,
  freed,
  lifetime,
  mistakes,
}: Omit<BlockStory, 'sentence'>): string {
  const called = name === null ? `Block ${number}` : `Block ${number} "${name}"`;
  const size = bytesInWords(steps[0].requested);
  const moved = moves === 0 ? '' : `, was moved ${count(moves, 'time')}`;
  const lived = count(lifetime.events, 'event');
  const ended =
    freed === null ? ` and is never freed (${lived} to the end)` : ` and was freed at event ${freed}, ${lived} later`;
  const wrong = mistakes === 0 ? '' : ` After that it was misused ${count(mistakes, 'time')}.`;
  return `${called} was asked for at event ${born} (${size})${moved}${ended}.${wrong}`;
}

function namesOf<Name extends string>(codes: Readonly<Record<Name, number>>): readonly Name[] {
  const names: Name[] = [];
  for (const name in codes) names[codes[name]] = name;
  return names;
}
