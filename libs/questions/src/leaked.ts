/**
 * Is this object leaked? The answer is the leak report's, memcheck's words for it: definitely lost, indirectly lost, possibly
 * lost, still reachable. The reason is a path: from a variable to the object, or to whom it was lost through.
 */
import {
  LEAK_KIND_NAMES,
  type LeakKindName,
  type LeakReport,
  type ProgramObject,
  type ProgramState,
} from '@heapcast/contracts';
import { findAhead, isPlaced, lookAhead, opAt } from './ahead.js';
import { Op } from '@heapcast/trace';
import type { Moment } from './moment.js';
import { NotAskable, type Question, type QuestionOptions } from './question.js';
import { pathTo, referrersOf } from './reference-path.js';
import type { Seed } from './seed.js';

const TEXT: Readonly<Record<LeakKindName, string>> = {
  definite: 'Definitely lost: nothing leads to it any more.',
  indirect: 'Indirectly lost: only objects that are lost themselves refer to it.',
  possible: 'Possibly lost: only pointers to the inside of an object lead to it.',
  reachable: 'Still reachable: a variable leads to it.',
};

interface Verdict {
  readonly object: ProgramObject;
  readonly kind: LeakKindName;
  readonly record: LeakReport['records']['items'][number];
}

export async function askLeaked(moment: Moment, options: QuestionOptions, seed: Seed): Promise<Question> {
  const { program, at } = moment;
  if (!program) throw new NotAskable('Only objects of a program can leak: this session has requests and no program.');
  const [state, report] = [await program.state(at), await program.leaks(at)];
  const { object, kind, record } = await choose(moment, { state, report }, options, seed);
  const kinds = LEAK_KIND_NAMES.filter((each) => each !== 'possible' || state.choice.ownership === 'manual');
  return {
    kind: 'leaked',
    event: at,
    prompt: `${titled(object)} was made ${madeAt(object)}. Is it leaked now?`,
    choices: kinds.map((each) => ({ id: each, text: TEXT[each] })),
    right: kind,
    explanation: explain(state, { object, kind, record }),
  };
}

async function choose(
  moment: Moment,
  { state, report }: { readonly state: ProgramState; readonly report: LeakReport },
  { object: wanted }: QuestionOptions,
  seed: Seed,
): Promise<Verdict> {
  const kindOf = new Map(
    report.records.items.flatMap((record) => record.objects.first.map((id) => [id, record] as const)),
  );
  const known = state.objects.items.flatMap((object): Verdict[] => {
    const record = kindOf.get(object.id);
    return record ? [{ object, kind: record.kind, record }] : [];
  });
  if (wanted !== undefined) {
    const found = known.find(({ object }) => object.id === wanted);
    if (found) return found;
    throw new NotAskable(`The report at event ${moment.at} names no live object ${wanted}.`, null, 'object');
  }
  // Every kind has the same chance: there are often a hundred objects in reach for one that is lost.
  const kinds = LEAK_KIND_NAMES.filter((kind) => known.some((verdict) => verdict.kind === kind));
  const kind = seed.pick(kinds);
  const chosen = seed.pick(known.filter((verdict) => verdict.kind === kind));
  if (chosen) return chosen;
  const nextEvent = await firstObject(moment);
  const where =
    nextEvent === null ? 'none is made in the events that come next' : `it can be asked at event ${nextEvent}`;
  throw new NotAskable(`The program has no live object here; ${where}.`, nextEvent);
}

/** The mark of the next command that makes an object; `null` = none near. */
async function firstObject(moment: Moment): Promise<number | null> {
  const ahead = await lookAhead(moment, isPlaced);
  const placed = findAhead(ahead, 0, isPlaced);
  if (placed < 0) return null;
  for (let i = placed; i >= 0; i--) if (opAt(ahead.events, i) === Op.mark) return moment.at + i + 1;
  return moment.at + placed + 1;
}

function explain(state: ProgramState, { object, kind, record }: Verdict): string {
  const name = titled(object);
  const since = record.lastReachable;
  const lost = since === null ? '' : ` It was last in reach at command ${since.command}.`;
  switch (kind) {
    case 'reachable': {
      const path = pathTo(state, object.id);
      return path
        ? `A variable leads to it: ${path}.`
        : `A variable leads to ${name}, so it can still be used and freed.`;
    }
    case 'possible':
      return `Only a pointer to the inside of an object leads to ${name}: that may be by chance, so it is possibly lost.`;
    case 'indirect': {
      const [by] = referrersOf(state, object.id);
      const whom = by
        ? `${titled(by.object)} refers to it (${by.field}), and is lost itself`
        : 'Only lost objects refer to it';
      return `No variable leads to ${name}. ${whom}: the leak is there, and this is lost with it.`;
    }
    default: {
      const others = referrersOf(state, object.id);
      const [by] = others;
      const why = by
        ? `What refers to it (${titled(by.object)}, ${by.field}) is reached only through lost objects too`
        : 'Nothing refers to it any more';
      return `No variable leads to ${name}. ${why}.${lost}`;
    }
  }
}

function titled({ name, type, id }: ProgramObject): string {
  return name === '' ? `${type} ${id}` : name;
}

function madeAt({ born, path }: ProgramObject): string {
  const [place] = path;
  return place && place.line > 0 ? `in ${place.function}, line ${place.line}` : `by command ${born}`;
}
