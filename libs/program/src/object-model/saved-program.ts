/** A program as it is kept: everything that it is, as plain data, and which engine made it so. */
import type { ResolvedProgramChoice } from '@heapcast/contracts';
import type { Site } from '@heapcast/trace';
import type { SavedCallStack } from './call-stack.js';
import type { SavedManagedMemory } from './managed-memory.js';
import type { SavedManualObjects } from './manual-objects.js';
import type { LoggedMisstep } from './misstep-log.js';
import type { SavedRegister } from './object-register.js';
import type { SavedResources } from './resource-table.js';

/** Changes whenever the same commands would give other events or states. */
export const PROGRAM_ENGINE_VERSION = 1;

/** Everything that a program is, for a checkpoint: plain data that can be cloned, shared with nothing. */
export interface SavedProgram {
  readonly version: number;
  readonly choice: ResolvedProgramChoice;
  readonly commands: number;
  readonly nextSeq: number;
  readonly ended: boolean;
  readonly sites: readonly Site[];
  readonly stack: SavedCallStack;
  readonly register: SavedRegister;
  readonly resources: SavedResources;
  readonly errors: readonly LoggedMisstep[];
  readonly memory: { readonly manual: SavedManualObjects } | { readonly managed: SavedManagedMemory };
}
