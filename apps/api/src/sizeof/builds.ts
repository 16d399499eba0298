/** Which versions and platforms a question names: one, several with commas, or `all`. */
import { type DataModel, dataModel, dataModels, parseVersion, type Version, versions } from '@heapcast/sizeof';

export interface BuildChoice {
  readonly version: Version;
  readonly model: DataModel;
}

/** The platforms of `all`: without i386, whose layouts hardly differ from those of `32-bit`. */
const ALL = dataModels.slice(0, 3);

export function platformsOf(platform = 'linux-64'): readonly DataModel[] {
  if (platform.trim() === 'all') return ALL;
  return [...new Set(names(platform).map((name) => dataModel(name)))];
}

export function versionsOf(version = '3.13'): readonly Version[] {
  if (version.trim() === 'all') return versions;
  return [...new Set(names(version).map(parseVersion))];
}

/** Every version on every platform. @throws SizeofError `unknown-version`, `unknown-platform` */
export function buildsOf({ version, platform }: { version?: string; platform?: string }): readonly BuildChoice[] {
  const models = platformsOf(platform);
  return versionsOf(version).flatMap((one) => models.map((model) => ({ version: one, model })));
}

function names(text: string): string[] {
  return text.split(',').map((name) => name.trim());
}
