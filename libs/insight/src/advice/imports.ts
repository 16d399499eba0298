/**
 * What was imported by which line. Two things tell of an import: a call path through the code of another module
 * (`<module>`, as CPython calls it), or an object of the type `module`, where blocks have names that tell types.
 */
import type { LiveReply } from '@heapcast/replay';
import type { Place, SiteGroups } from '../profile/places.js';

/** Live memory that one line has by importing. */
export interface ImportFacts {
  readonly place: Place;
  readonly modules: number;
  readonly blocks: number;
  readonly bytes: number;
}

interface Imported {
  readonly modules: Set<string>;
  named: number;
  blocks: number;
  bytes: number;
}

const TOP_LEVEL = '<module>';

export function importsOf({
  lines,
  paths,
  late,
}: {
  readonly lines: SiteGroups;
  readonly paths: SiteGroups;
  readonly late: LiveReply;
}): ImportFacts[] {
  const found = new Map<number, Imported>();
  const importers = importersBySite(lines, paths);
  const { blocks, bytes } = late.sites;
  const named = new Map<number, number>();
  for (const { site, type, count } of late.alike) {
    const line = lines.ofSite[site] ?? 0;
    if (type === 'module' && line > 0) named.set(line, (named.get(line) ?? 0) + count);
  }
  for (let site = 1; site < Math.min(blocks.length, lines.ofSite.length); site++) {
    const line = named.has(lines.ofSite[site]) ? lines.ofSite[site] : importers.line[site];
    if (line === 0) continue;
    const known = found.get(line) ?? { modules: new Set<string>(), named: named.get(line) ?? 0, blocks: 0, bytes: 0 };
    known.blocks += blocks[site];
    known.bytes += bytes[site];
    if (importers.module[site] > 0 && blocks[site] > 0) {
      known.modules.add(paths.registry.place(importers.module[site]).file ?? '');
    }
    found.set(line, known);
  }
  return [...found].map(([line, imported]) => ({
    place: lines.registry.place(line),
    modules: Math.max(imported.named, imported.modules.size),
    blocks: imported.blocks,
    bytes: imported.bytes,
  }));
}

/** By site: the line that imports what it belongs to, and the path group of the imported module's own code; 0 = none. */
function importersBySite(
  lines: SiteGroups,
  paths: SiteGroups,
): { readonly line: Uint32Array; readonly module: Uint32Array } {
  const { ofSite, parents, registry } = paths;
  const line = new Uint32Array(ofSite.length);
  const module = new Uint32Array(ofSite.length);
  /** The nearest line on the way that is not the import machinery's. */
  const near = new Uint32Array(ofSite.length);
  for (let site = 1; site < ofSite.length; site++) {
    const { function: name, file } = registry.place(ofSite[site]);
    const parent = parents[site];
    const isMachinery = file?.startsWith('<frozen') ?? false;
    near[site] = isMachinery ? near[parent] : lines.ofSite[site];
    const begins = name === TOP_LEVEL && !isMachinery && near[parent] > 0;
    // The outermost line that imports has it all.
    line[site] = line[parent] > 0 ? line[parent] : begins ? near[parent] : 0;
    module[site] = begins ? ofSite[site] : module[parent];
  }
  return { line, module };
}
