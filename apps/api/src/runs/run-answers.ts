/** Stored runs -> what REST answers of them. */
import type { Page, RunRecord } from '@heapcast/database';
import { modelVersionOf } from './model-version.js';
import type { RunDto, RunPageDto } from './run.dto.js';

export function describeRun(run: RunRecord): RunDto {
  const { id, name, status, trace, config, progress, session, createdAt, startedAt, finishedAt, problem } = run;
  return {
    id,
    name,
    status,
    trace: { id: trace.id, name: trace.name, events: trace.events },
    allocator: config,
    modelVersion: modelVersionOf(run),
    progress,
    sessionId: session?.id ?? null,
    createdAt: createdAt.toISOString(),
    startedAt: startedAt?.toISOString() ?? null,
    finishedAt: finishedAt?.toISOString() ?? null,
    problem: isObject(problem) ? problem : null,
  };
}

export function describeRuns({ items, next }: Page<RunRecord>): RunPageDto {
  return { items: items.map(describeRun), next };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
