/** Toys: what kind a block is, and which group of children has it. */
import type { BlockView, SiteDescription } from '../../service/subject.js';

export const KINDS = ['ball', 'car', 'bear', 'train'] as const;
export type Kind = (typeof KINDS)[number];

/** Rugs that are drawn; whoever is in no large group sits on the last one. */
export const MOST_GROUPS = 3;

export interface Toy {
  readonly region: number;
  readonly pool: number;
  readonly index: number;
  readonly kind: Kind;
  readonly name: string;
  readonly group: string;
}

export interface Group {
  readonly name: string;
  readonly toys: readonly Toy[];
}

/** Four kinds for the 32 classes of an allocator: the smallest ones one by one, as at a small party, then ranges. */
export function kindOf(blockBytes: number): Kind {
  if (blockBytes <= 64) return KINDS[Math.max(0, Math.min(3, Math.ceil(blockBytes / 16) - 1))] ?? 'train';
  if (blockBytes <= 128) return 'car';
  return blockBytes <= 256 ? 'bear' : 'train';
}

/** `River kids 3` is of the River kids; what has no name is of the line that asked for it. */
function groupOf({ name, site }: BlockView, sites: readonly (SiteDescription | undefined)[]): string {
  const family = (name ?? '').replace(/[\s.:#_-]*\d+$/, '').trim();
  if (family !== '') return family;
  const line = site === undefined || site === 0 ? undefined : sites[site];
  return line ? line.function || `${line.file}:${line.line}` : '';
}

export function toysOf(blocks: readonly BlockView[], sites: readonly (SiteDescription | undefined)[]): Toy[] {
  return blocks.flatMap((block) => {
    const { state, region, pool, index, size, name = '' } = block;
    if (state !== 'live' || region === undefined || pool === undefined) return [];
    return [{ region, pool, index, kind: kindOf(size), name, group: groupOf(block, sites) }];
  });
}

/** The largest groups, and everybody else; those who hold toys of `first` have them in front. */
export function groupsOf(toys: readonly Toy[], first: number | null, nobody: string, others: string): Group[] {
  const groups = new Map<string, Toy[]>();
  for (const toy of [...toys].sort((a, b) => Number(b.region === first) - Number(a.region === first))) {
    const name = toy.group || nobody;
    const group = groups.get(name);
    if (group) group.push(toy);
    else groups.set(name, [toy]);
  }
  const holds = ({ toys: held }: Group): boolean => held[0]?.region === first;
  const ordered = [...groups]
    .map(([name, held]) => ({ name, toys: held }))
    .sort((a, b) => Number(holds(b)) - Number(holds(a)) || b.toys.length - a.toys.length);
  if (ordered.length <= MOST_GROUPS) return ordered.sort((a, b) => a.name.localeCompare(b.name));
  const shown = ordered.slice(0, MOST_GROUPS - 1);
  const rest = ordered.slice(MOST_GROUPS - 1).flatMap(({ toys: held }) => held);
  return [...shown, { name: others, toys: rest }];
}
