/** Columns by site, summed up by group: what a group did itself, and what its callees did for it. */
import type { SiteGroups } from './places.js';

/** Sums of one column over the sites of each group. */
export function sumByGroup({ ofSite, registry }: SiteGroups, column: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(registry.count);
  for (let site = 0; site < column.length; site++) sums[site < ofSite.length ? ofSite[site] : 0] += column[site];
  return sums;
}

/**
 * The same with callees: a block counts for every group on the call path of its site, once each, however often a
 * recursion passes the group. One walk for all columns.
 */
export function sumWithCallees(
  { ofSite, parents, registry }: SiteGroups,
  columns: readonly ArrayLike<number>[],
): Float64Array[] {
  const below = columns.map((column) => sumOfSubtrees(parents, column));
  const sums = columns.map((column) => {
    const sum = new Float64Array(registry.count);
    sum[0] = column[0] ?? 0;
    for (let site = ofSite.length; site < column.length; site++) sum[0] += column[site];
    return sum;
  });
  const { firstChild, nextSibling } = childrenOf(parents);
  const onPath = new Uint32Array(registry.count);
  // Depth first, without recursion: a path may be as long as the table.
  let site = firstChild[0];
  while (site > 0) {
    const group = ofSite[site];
    if (onPath[group]++ === 0) for (let k = 0; k < sums.length; k++) sums[k][group] += below[k][site];
    if (firstChild[site] > 0) {
      site = firstChild[site];
      continue;
    }
    onPath[group]--;
    while (site > 0 && nextSibling[site] === 0) {
      site = parents[site];
      if (site > 0) onPath[ofSite[site]]--;
    }
    if (site > 0) site = nextSibling[site];
  }
  return sums;
}

/** By site: its own and everything below it. */
function sumOfSubtrees(parents: Uint32Array, column: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(parents.length);
  for (let site = 0; site < Math.min(parents.length, column.length); site++) sums[site] = column[site];
  for (let site = parents.length - 1; site > 0; site--) if (parents[site] > 0) sums[parents[site]] += sums[site];
  return sums;
}

/** Sites as a forest; row 0 stands for "no caller". */
function childrenOf(parents: Uint32Array): { readonly firstChild: Uint32Array; readonly nextSibling: Uint32Array } {
  const firstChild = new Uint32Array(parents.length);
  const nextSibling = new Uint32Array(parents.length);
  for (let site = parents.length - 1; site > 0; site--) {
    const parent = parents[site];
    nextSibling[site] = firstChild[parent];
    firstChild[parent] = site;
  }
  return { firstChild, nextSibling };
}
