/** What is kept as JSON: configurations, site tables, origins, summaries. Written compactly, read back as what it was. */
import { type Site, type TraceOrigin, UNKNOWN_ORIGIN } from '@heapcast/trace';
import type { Prisma } from './generated/client.js';

/**
 * A resolved allocator configuration. The database does not know allocators: this is the shape of their `ResolvedConfig`,
 * told once more.
 */
export interface StoredConfig {
  readonly model: string;
  readonly profile: string;
  readonly options: Readonly<Record<string, string | number | boolean | readonly number[] | null>>;
  readonly modelVersion: number;
}

export function writeConfig({ model, profile, options, modelVersion }: StoredConfig): Prisma.InputJsonObject {
  return { model, profile, options: { ...options }, modelVersion };
}

export function readConfig(value: Prisma.JsonValue): StoredConfig {
  const { model, profile, options: kept, modelVersion } = object(value);
  const options: Record<string, string | number | boolean | readonly number[] | null> = {};
  for (const [name, option] of Object.entries(object(kept))) {
    if (Array.isArray(option)) options[name] = option.map(Number);
    else if (typeof option !== 'object' || option === null) options[name] = option ?? null;
  }
  return { model: text(model), profile: text(profile), options, modelVersion: Number(modelVersion) };
}

/** Rows of [function, file, line, parent]. */
export function writeSites(sites: readonly Site[]): Prisma.InputJsonArray {
  return sites.map(({ function: name, file, line, parent }) => [name, file, line, parent]);
}

export function readSites(value: Prisma.JsonValue): Site[] {
  if (!Array.isArray(value)) return [];
  return value.map((row) => {
    const [name, file, line, parent] = Array.isArray(row) ? row : [];
    return { function: text(name), file: text(file), line: Number(line), parent: Number(parent) };
  });
}

/** Its bytes, one per arena ever mapped, as base64. */
export function writeOrigin(origin: TraceOrigin): Prisma.InputJsonObject {
  const { recordedOn, arenaSize, poolSize, arenaMisalignment } = origin;
  return { recordedOn, arenaSize, poolSize, arenaMisalignment: Buffer.from(arenaMisalignment).toString('base64') };
}

export function readOrigin(value: Prisma.JsonValue): TraceOrigin {
  if (value === null) return UNKNOWN_ORIGIN;
  const { recordedOn, arenaSize, poolSize, arenaMisalignment } = object(value);
  return {
    recordedOn: text(recordedOn),
    arenaSize: Number(arenaSize),
    poolSize: Number(poolSize),
    arenaMisalignment: new Uint8Array(Buffer.from(text(arenaMisalignment), 'base64')),
  };
}

/** What the first requests of a session were recorded on, where it goes on from a recording: in its settings. */
export function originIn(settings: Prisma.JsonValue): TraceOrigin {
  const { origin } = settings === null ? {} : object(settings);
  return readOrigin(object(origin)['recorded'] ?? null);
}

/** Plain data that this library does not look into. */
export type StoredPlain = Readonly<Record<string, unknown>>;

export function readPlain(value: Prisma.JsonValue): StoredPlain | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
}

/** Plain data, as JSON has it: what is `undefined` is left out. */
export function writePlain(value: object): Prisma.InputJsonObject {
  const plain: Prisma.InputJsonObject = JSON.parse(JSON.stringify(value));
  return plain;
}

function object(value: Prisma.JsonValue | undefined): Prisma.JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function text(value: Prisma.JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
