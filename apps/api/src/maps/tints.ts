/** Colours of a map beside its use, from what a replay counted and what the site table says. */
import type { MapTints } from '@heapcast/contracts';
import { describePlace } from '@heapcast/insight';
import type { ProfileSource } from '../profiling/profile-source.js';
import type { Subject } from '../profiling/subject.js';

export interface TintsWanted {
  readonly at: number;
  readonly arena: number | undefined;
  readonly by: 'age' | 'site';
}

export async function tintsOf(
  subject: Subject,
  source: ProfileSource,
  { at, arena, by }: TintsWanted,
): Promise<MapTints> {
  const region = arena;
  if (by === 'age') {
    const { cells, blocks } = await subject.inspect(at, { kind: 'tints', by, region });
    return { at, by, cells, blocks, sites: [] };
  }
  const groups = await source.groups(subject, 'line');
  const reply = await subject.inspect(at, {
    kind: 'tints',
    by,
    region,
    groups: groups.ofSite,
    groupCount: groups.registry.count,
  });
  const sites = reply.groups.map(({ group, blocks }) => {
    const { file, line, function: name } = describePlace(groups, group);
    return { file, line, function: name, blocks };
  });
  return { at, by, cells: reply.cells, blocks: reply.blocks, sites };
}
