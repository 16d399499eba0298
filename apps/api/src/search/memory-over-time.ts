/** Memory over the whole recording: when blocks were asked for and how long they lived, and which lines hold more and more. */
import { describePlace, sumByGroup } from '@heapcast/insight';
import { Injectable } from '@nestjs/common';
import { ProfileSource } from '../profiling/profile-source.js';
import { Recollection } from '../profiling/recollection.js';
import { positionIn, type Subject } from '../profiling/subject.js';
import type { GrowthDto, LifeMapDto } from './search.dto.js';
import type { GrowthQueryDto, LifeMapQueryDto } from './search-query.dto.js';

const PER_EVENTS = 100_000;

@Injectable()
export class MemoryOverTime {
  constructor(
    private readonly recollection: Recollection,
    private readonly source: ProfileSource,
  ) {}

  async lifeMap(subject: Subject, { at: wanted, columns = 120 }: LifeMapQueryDto): Promise<LifeMapDto> {
    const at = positionIn(subject, 'at', wanted);
    const { ended, alive } = await this.recollection.remember(
      `${subject.kind}:${subject.id}:life-map:${at}:${columns}`,
      subject.gone,
      (signal) => subject.inspect(at, { kind: 'life-map', columns }, signal),
    );
    const buckets = ended.length / columns;
    return {
      at,
      columns: Array.from({ length: columns }, (_, k) => {
        const column = Array.from(ended.subarray(k * buckets, (k + 1) * buckets));
        return {
          from: Math.ceil((k * at) / columns),
          alive: alive[k],
          ended: column.slice(0, column.findLastIndex((count) => count > 0) + 1),
        };
      }),
    };
  }

  async growth(subject: Subject, { at: wanted, samples = 24, limit = 50 }: GrowthQueryDto): Promise<GrowthDto> {
    const at = positionIn(subject, 'at', wanted);
    const [groups, { positions, live }] = await Promise.all([
      this.source.groups(subject, 'line'),
      this.recollection.remember(`${subject.kind}:${subject.id}:growth:${at}:${samples}`, subject.gone, (signal) =>
        subject.inspect(at, { kind: 'growth', samples, sampledTo: at }, signal),
      ),
    ]);
    const sites = live.length / samples;
    const bySample = positions.map((_, k) =>
      sumByGroup(
        groups,
        Float64Array.from({ length: sites }, (_none, site) => live[site * samples + k]),
      ),
    );
    const rows = Array.from({ length: groups.registry.count }, (_, group) => {
      const held = bySample.map((sums) => sums[group] ?? 0);
      const { file, line, function: name } = describePlace(groups, group);
      return { file, line, function: name, bytes: held.at(-1) ?? 0, growth: slope(positions, held), samples: held };
    });
    return {
      at,
      positions,
      rows: rows
        .filter(({ bytes }) => bytes > 0)
        .sort((a, b) => b.growth - a.growth || b.bytes - a.bytes)
        .slice(0, limit),
    };
  }
}

/** Bytes per 100,000 events, by least squares. */
function slope(positions: readonly number[], held: readonly number[]): number {
  const count = positions.length;
  const middle = positions.reduce((sum, x) => sum + x, 0) / count;
  const mean = held.reduce((sum, y) => sum + y, 0) / count;
  let rise = 0;
  let run = 0;
  for (let k = 0; k < count; k++) {
    rise += (positions[k] - middle) * (held[k] - mean);
    run += (positions[k] - middle) ** 2;
  }
  return run === 0 ? 0 : Math.round((PER_EVENTS * rise) / run);
}
