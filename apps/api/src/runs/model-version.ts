/** A run pins the version of its model: another version may place differently, so it must not answer for the run. */
import { findModel } from '@heapcast/allocators';
import type { RunRecord } from '@heapcast/database';
import { ProblemException } from '../problems/index.js';
import type { RunModelVersionDto } from './run.dto.js';

export function modelVersionOf({ config }: Pick<RunRecord, 'config'>): RunModelVersionDto {
  const current = findModel(config.model)?.version ?? null;
  return { pinned: config.modelVersion, current, matches: current === config.modelVersion };
}

/** @throws ProblemException `model-version-changed` */
export function requireSameModel(run: RunRecord): void {
  const { pinned, current, matches } = modelVersionOf(run);
  if (matches) return;
  const now = current === null ? 'is gone' : `is at version ${current} now`;
  throw new ProblemException(
    'model-version-changed',
    `The run was made with version ${pinned} of ${run.config.model}, which ${now}; POST /v1/runs/${run.id}/rerun makes a new one.`,
    { extensions: { pinned, current } },
  );
}
