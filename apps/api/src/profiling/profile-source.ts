/** Measures what profiles are made of, once: columns by site and type, and the groups of a site table. */
import {
  describePlace,
  type Grouping,
  groupSites,
  type Measure,
  measured,
  type Measured,
  type Place,
  PlaceRegistry,
  type SiteGroups,
} from '@heapcast/insight';
import type { FlowsReply, LiveReply } from '@heapcast/replay';
import { Injectable } from '@nestjs/common';
import { setImmediate as breathe } from 'node:timers/promises';
import { Recollection } from './recollection.js';
import type { Subject } from './subject.js';

/** Columns of one measure at one position. */
export interface MeasuredAt {
  readonly at: number;
  readonly bySite: Measured;
  readonly byType: Measured;
  readonly types: readonly string[];
}

export const PEAKS = ['requested', 'allocated', 'mapped'] as const;
export type PeakOf = (typeof PEAKS)[number];

/** Requests within which a block that is freed again counts as churn, unless another number is asked for. */
export const CHURN_WITHIN = 50;

/** A call site as answers show it. */
export interface SiteDescription extends Place {
  /** Index in the site table. */
  readonly index: number;
  /** Outermost call first, this one last; at most 64, the innermost ones. */
  readonly path: readonly Place[];
}

@Injectable()
export class ProfileSource {
  constructor(private readonly recollection: Recollection) {}

  /** @param at position; of `peak` it is where the peak was */
  async measure(subject: Subject, measure: Measure, at: number, within = CHURN_WITHIN): Promise<MeasuredAt> {
    const isLive = measure === 'live' || measure === 'peak';
    const reply = isLive ? await this.live(subject, at) : await this.flows(subject, at, within);
    return {
      at,
      bySite: measured(measure, reply.sites),
      byType: measured(measure, reply.byType),
      types: reply.types,
    };
  }

  live(subject: Subject, at: number, countAlike = false): Promise<LiveReply> {
    return this.recollection.remember(`${keyOf(subject)}:live:${at}:${countAlike}`, subject.gone, (signal) =>
      subject.inspect(at, { kind: 'live', countAlike }, signal),
    );
  }

  flows(subject: Subject, at: number, churnWithin: number): Promise<FlowsReply> {
    return this.recollection.remember(`${keyOf(subject)}:flows:${at}:${churnWithin}`, subject.gone, (signal) =>
      subject.inspect(at, { kind: 'flows', churnWithin }, signal),
    );
  }

  async peakPosition(subject: Subject, of: PeakOf): Promise<number> {
    const { peaks } = await subject.summary();
    return { requested: peaks.requestedBytes, allocated: peaks.allocatedBytes, mapped: peaks.mappedBytes }[of].at;
  }

  async groups(subject: Subject, by: Grouping): Promise<SiteGroups> {
    const table = await subject.siteTable();
    return this.recollection.remember(`${table}:${by}`, subject.gone, async () =>
      groupSites(await subject.sites(), by, breathe),
    );
  }

  /** Groups of two site tables that can be compared. */
  async groupsOfBoth(one: Subject, other: Subject, by: Grouping): Promise<readonly [SiteGroups, SiteGroups]> {
    const tables = [await one.siteTable(), await other.siteTable()];
    if (tables[0] === tables[1]) {
      const groups = await this.groups(one, by);
      return [groups, groups];
    }
    return this.recollection.remember(`${tables.join('+')}:${by}`, one.gone, async () => {
      const registry = new PlaceRegistry();
      const first = await groupSites(await one.sites(), by, breathe, registry);
      return [first, await groupSites(await other.sites(), by, breathe, registry)] as const;
    });
  }

  /** Describes sites by their index; `null` for 0, and for what is not in the table. */
  async describer(subject: Subject): Promise<(site: number) => SiteDescription | null> {
    const groups = await this.groups(subject, 'path');
    return (site) => {
      const group = groups.ofSite[site] ?? 0;
      if (group === 0) return null;
      const { path = [], ...place } = describePlace(groups, group);
      return { index: site, ...place, path };
    };
  }
}

export function keyOf({ kind, id }: Subject): string {
  return `${kind}:${id}`;
}
