/** What all controllers have in common that answer the same questions about runs and sessions. */
import { applyDecorators, Controller } from '@nestjs/common';
import { ApiBearerAuth, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../problems/index.js';
import type { SubjectKind } from './subject.js';

const EXAMPLES: Readonly<Record<SubjectKind, string>> = {
  run: '0b9a4c1e-5d2f-4c6b-8a7e-3f1d2c4b5a69',
  session: '5f0c7a52-3d1e-4b7a-9a55-0c9d8e7f6a5b',
};

/** A controller of `/v1/runs/:id` or `/v1/sessions/:id`. */
export function SubjectController(kind: SubjectKind): ClassDecorator {
  return applyDecorators(
    ApiTags(kind === 'run' ? 'Runs' : 'Sessions'),
    ApiBearerAuth('session'),
    ApiParam({ name: 'id', format: 'uuid', description: `Id of a ${kind}.`, example: EXAMPLES[kind] }),
    ApiProblems(
      'invalid-request',
      'invalid-position',
      'missing-token',
      'invalid-token',
      'not-found',
      ...(kind === 'run' ? (['run-not-finished'] as const) : []),
      'model-version-changed',
      'too-many-requests',
      'unavailable',
    ),
    Controller(`v1/${kind}s/:id`),
  );
}
