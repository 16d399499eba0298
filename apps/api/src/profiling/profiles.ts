/** Profiles of a run or session, differences of two, their exports, and lifetimes. */
import {
  collapsedStacks,
  differenceBySite,
  differenceByType,
  describePlace,
  type Grouping,
  lifetimeHistogram,
  profileBySite,
  profileByType,
  speedscopeFile,
  stacksOf,
  sumByGroup,
} from '@heapcast/insight';
import type { LifetimesReply } from '@heapcast/replay';
import { Injectable } from '@nestjs/common';
import { invalid } from '../problems/index.js';
import type { CollapsedQueryDto, LifetimesQueryDto, MeasureQueryDto, ProfileQueryDto } from './profile-query.dto.js';
import { CHURN_WITHIN, keyOf, type MeasuredAt, ProfileSource } from './profile-source.js';
import { Recollection } from './recollection.js';
import { positionIn, type Subject } from './subject.js';

const NO_SITES = 'The trace has no call sites: everything is unknown. Record sites, or profile by type.';

@Injectable()
export class Profiles {
  constructor(
    private readonly source: ProfileSource,
    private readonly recollection: Recollection,
  ) {}

  /** @param other the run to compare with */
  async profile(subject: Subject, query: ProfileQueryDto, other?: Subject): Promise<object> {
    const { by = 'line', limit = 100, measure = 'live' } = query;
    refuseContradictions(query);
    const after = await this.#measure(subject, query, query.at);
    const head = {
      measure,
      by,
      at: after.at,
      ...(measure === 'churn' ? { within: query.within ?? CHURN_WITHIN } : {}),
    };
    if (other) {
      const before = await this.#measure(other, query, query.againstAt, 'againstAt');
      const versus = { against: { id: other.id, at: before.at } };
      return { ...head, ...versus, ...(await this.#difference(other, before, subject, after, by, limit)) };
    }
    if (query.from !== undefined) {
      const from = positionIn(subject, 'from', query.from);
      if (from > after.at) throw invalid('from', 'must not be after at');
      const before = await this.#measure(subject, query, from);
      return { ...head, from, ...(await this.#difference(subject, before, subject, after, by, limit)) };
    }
    if (by === 'type') return { ...head, note: null, ...profileByType(after.byType, after.types, limit) };
    const groups = await this.source.groups(subject, by);
    return { ...head, note: noteOn(groups.registry.count), ...profileBySite(after.bySite, groups, limit) };
  }

  /** As speedscope reads it, in pieces of text. */
  async speedscope(subject: Subject, query: MeasureQueryDto): Promise<Generator<string>> {
    refuseContradictions(query);
    const columns = await this.#measure(subject, query, query.at);
    const title = `${subject.name || subject.id}, ${query.measure ?? 'live'} at ${columns.at}`;
    return speedscopeFile(title, stacksOf(columns.bySite, await this.source.groups(subject, 'path')));
  }

  /** Collapsed stacks, in pieces of text. */
  async collapsed(subject: Subject, query: CollapsedQueryDto): Promise<Generator<string>> {
    refuseContradictions(query);
    const columns = await this.#measure(subject, query, query.at);
    const stacks = stacksOf(columns.bySite, await this.source.groups(subject, 'path'));
    return collapsedStacks(stacks, query.weight ?? 'bytes');
  }

  async lifetimes(subject: Subject, { at: wanted, by = 'line', limit = 20 }: LifetimesQueryDto): Promise<object> {
    const at = positionIn(subject, 'at', wanted);
    const groups = await this.source.groups(subject, by);
    const { sites } = await this.source.flows(subject, at, CHURN_WITHIN);
    const blocks = sumByGroup(groups, sites.blocks);
    const shown = [...blocks.keys()]
      .filter((group) => group > 0 && blocks[group] > 0)
      .sort((one, other) => blocks[other] - blocks[one] || one - other)
      .slice(0, limit);
    // Row 0 takes everything that is not shown, row 1 what has no site.
    const rowOf = new Map([0, ...shown].map((group, i) => [group, i + 1]));
    const rows = Uint32Array.from(groups.ofSite, (group) => rowOf.get(group) ?? 0);
    const reply = await this.recollection.remember(
      `${keyOf(subject)}:lifetimes:${at}:${by}:${limit}`,
      subject.gone,
      (signal): Promise<LifetimesReply> =>
        subject.inspect(at, { kind: 'lifetimes', groups: rows, groupCount: shown.length + 2 }, signal),
    );
    const all = Array.from({ length: shown.length + 2 }, (_, row) => row);
    return {
      at,
      by,
      note: noteOn(groups.registry.count),
      overall: lifetimeHistogram(reply, all),
      rows: shown.map((group, i) => ({ ...describePlace(groups, group), ...lifetimeHistogram(reply, [i + 2]) })),
      unknown: lifetimeHistogram(reply, [1]),
      rest: lifetimeHistogram(reply, [0]),
    };
  }

  async #measure(
    subject: Subject,
    { measure = 'live', peak = 'requested', within }: MeasureQueryDto,
    at: number | undefined,
    path = 'at',
  ): Promise<MeasuredAt> {
    const position = measure === 'peak' ? await this.source.peakPosition(subject, peak) : positionIn(subject, path, at);
    return this.source.measure(subject, measure, position, within);
  }

  async #difference(
    one: Subject,
    before: MeasuredAt,
    other: Subject,
    after: MeasuredAt,
    by: Grouping | 'type',
    limit: number,
  ): Promise<object> {
    if (by === 'type') {
      const sides = [before, after].map(({ byType: columns, types }) => ({ columns, types }));
      return { note: null, ...differenceByType(sides[0], sides[1], limit) };
    }
    const [first, second] = await this.source.groupsOfBoth(one, other, by);
    const difference = differenceBySite(
      { columns: before.bySite, groups: first },
      { columns: after.bySite, groups: second },
      limit,
    );
    return { note: noteOn(second.registry.count), ...difference };
  }
}

function noteOn(groups: number): string | null {
  return groups === 1 ? NO_SITES : null;
}

/** @throws ProblemException `invalid-request` */
function refuseContradictions(query: MeasureQueryDto & Partial<ProfileQueryDto>): void {
  const { measure = 'live', at, from, peak, within, against, againstAt } = query;
  if (measure === 'peak' && at !== undefined)
    throw invalid('at', 'is not for measure=peak, which says itself where it is');
  if (measure === 'peak' && from !== undefined) throw invalid('from', 'is not for measure=peak');
  if (measure !== 'peak' && peak !== undefined) throw invalid('peak', 'is only for measure=peak');
  if (measure !== 'churn' && within !== undefined) throw invalid('within', 'is only for measure=churn');
  if (against !== undefined && from !== undefined) throw invalid('from', 'cannot be combined with against');
  if (against === undefined && againstAt !== undefined) throw invalid('againstAt', 'is only for against');
  if (measure === 'peak' && againstAt !== undefined) throw invalid('againstAt', 'is not for measure=peak');
}
