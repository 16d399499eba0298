/** The programs of one thread, by key: what `EngineFunctions` promises. */
import type { ResolvedProgramChoice } from '@heapcast/contracts';
import { CheckpointShelf } from './checkpoints.js';
import { EngineError } from './engine-error.js';
import { NOT_OPEN, type EngineFunctions, type EngineThreadSettings } from './protocol.js';
import { Stage } from './stage.js';

export function engineThread({ checkpointBytes }: EngineThreadSettings): EngineFunctions {
  const shelf = new CheckpointShelf(checkpointBytes);
  const stages = new Map<string, Stage>();
  const find = (key: string): Stage => {
    const stage = stages.get(key);
    if (!stage) throw new EngineError('not-open', `${key} ${NOT_OPEN}`);
    return stage;
  };
  const close = (key: string): void => {
    stages.get(key)?.close();
    stages.delete(key);
  };
  return {
    open: (key: string, choice: ResolvedProgramChoice) => {
      close(key);
      stages.set(key, new Stage(choice, shelf));
    },
    feed: (key, rows) => find(key).feed(rows),
    settle: (key) => find(key).missing,
    apply: (key, commands) => find(key).apply(commands),
    look: (key, at, query) => find(key).look(at, query),
    feedCursor: (key, rows, at) => find(key).feedCursor(rows, at),
    close,
    ping: () => true,
  };
}
