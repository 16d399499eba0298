/**
 * The block that a request of a Python object gets: joins what `libs/sizeof` says is asked for with what the profiles of
 * the pymalloc model say of size classes. A size class is a multiple of the alignment; above the threshold the system
 * serves. 32-bit builds align to 8 bytes (`obmalloc.c`: ALIGNMENT is 16 only where pointers have 8) and have profiles of
 * their own.
 */
import { findModel } from '@heapcast/allocators';
import type { DataModel, Domain } from '@heapcast/sizeof';
import type { BlockDto } from './sizeof.dto.js';

interface Classes {
  readonly profile: string;
  readonly alignment: number;
  readonly threshold: number;
}

const known = new Map<string, Classes>();

function classesOf(version: string, model: DataModel): Classes {
  const key = `${version} ${model.pointerBytes}`;
  const found = known.get(key) ?? classesFrom(version, model);
  known.set(key, found);
  return found;
}

/** A version without a profile has the classes of one that has, for pointers of the same width: they did not change. */
function classesFrom(version: string, { pointerBytes }: DataModel): Classes {
  const suffix = pointerBytes === 4 ? '-32bit' : '';
  const profiles = (findModel('pymalloc')?.profiles ?? []).filter(
    ({ name }) => name.endsWith('-32bit') === (suffix !== ''),
  );
  const profile = profiles.find(({ name }) => name === `cpython-${version}${suffix}`) ?? profiles[0];
  const { alignment, smallThreshold } = profile?.options ?? {};
  if (!profile || typeof alignment !== 'number' || typeof smallThreshold !== 'number') {
    throw new Error('the pymalloc model has no profile with size classes');
  }
  return { profile: profile.name, alignment, threshold: smallThreshold };
}

/** @param bytes of one request */
export function blockOf(request: { bytes: number; domain: Domain }, version: string, model: DataModel): BlockDto {
  const { bytes, domain } = request;
  if (domain === 'static') return { allocator: 'none', reason: 'part of the interpreter' };
  if (domain === 'memory' && version === '2.7') {
    return { allocator: 'system', reason: 'PyMem_Malloc is malloc in 2.7' };
  }
  const { profile, alignment, threshold } = classesOf(version, model);
  if (bytes > threshold) return { allocator: 'system', reason: `larger than ${threshold} bytes` };
  const blockBytes = Math.max(1, Math.ceil(bytes / alignment)) * alignment;
  return {
    allocator: 'pymalloc',
    sizeClass: blockBytes / alignment - 1,
    blockBytes,
    lost: blockBytes - bytes,
    profile,
  };
}

/** Bytes asked for, and bytes that rounding loses, of all requests. */
export function totals(
  requests: readonly { bytes: number; domain: Domain; times: number }[],
  version: string,
  model: DataModel,
): { requested: number; lost: number } {
  let requested = 0;
  let lost = 0;
  for (const request of requests) {
    requested += request.bytes * request.times;
    lost += (blockOf(request, version, model).lost ?? 0) * request.times;
  }
  return { requested, lost };
}
