/** Finds the recording, if there is one, that answers a question about one object. */
import type { Platform } from '../c/data-models.js';
import { parseVersion, type Version } from '../python/versions.js';
import { recordedBuilds, recordedSizes } from './recorded-sizes.js';
import { type Sample, sampleOf } from './samples.js';

export interface RecordedFigure {
  /** The sample as it was written: `[1,2,3]`. */
  readonly sample: string;
  /** The build that said so: `3.11.7`. */
  readonly build: string;
  readonly platform: Platform;
  /** Bytes. */
  readonly size: number;
}

function keyOf(sample: Sample, version: Version, platform: Platform): string {
  return [sample.type, sample.n ?? '', sample.variant ?? '', version, platform].join(' ');
}

/** Lists of fewer than three constants are made like any other. */
function meanings(sample: Sample): readonly Sample[] {
  if (sample.type === 'list' && (sample.n ?? 0) < 3) {
    return ['literal', 'exact'].map((variant) => ({ ...sample, variant }));
  }
  return [sample];
}

const byKey: ReadonlyMap<string, RecordedFigure> = new Map(
  recordedSizes.flatMap(([label, sizes]) =>
    recordedBuilds.flatMap(({ version: build, platform }, index) => {
      const version = parseVersion(build);
      const figure: RecordedFigure = { sample: label, build, platform, size: sizes[index] ?? Number.NaN };
      return meanings(sampleOf(label, version)).map((sample) => [keyOf(sample, version, platform), figure] as const);
    }),
  ),
);

/** @param sample with `n` and variant filled in */
export function recordedFigure(sample: Sample, version: Version, platform: Platform): RecordedFigure | undefined {
  return byKey.get(keyOf(sample, version, platform));
}
