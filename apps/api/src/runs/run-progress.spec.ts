import { describe, expect, it } from '@jest/globals';
import type { RunProgress } from '@heapcast/contracts';
import { RunProgressBoard } from './run-progress.js';

function progress(status: RunProgress['status'], events = 0): RunProgress {
  return { runId: 'r', status, events, total: 10 };
}

describe('RunProgressBoard', () => {
  it('tells a late watcher the present state first, and ends with the run', () => {
    const board = new RunProgressBoard();
    board.tell(progress('pending'));
    board.tell(progress('running', 4));
    const seen: RunProgress[] = [];
    let ended = false;
    board.watch('r')?.subscribe({ next: (state) => seen.push(state), complete: () => (ended = true) });
    board.tell(progress('running', 8));
    board.tell(progress('done', 10));
    expect(seen.map(({ status, events }) => [status, events])).toEqual([
      ['running', 4],
      ['running', 8],
      ['done', 10],
    ]);
    expect(ended).toBe(true);
    expect(board.watch('r')).toBeUndefined();
    expect(board.size).toBe(0);
  });

  it('keeps nothing of a run that was never active here', () => {
    const board = new RunProgressBoard();
    board.tell(progress('failed'));
    expect(board.size).toBe(0);
  });

  it('lets all watchers go when the service stops', () => {
    const board = new RunProgressBoard();
    board.tell(progress('pending'));
    let ended = false;
    board.watch('r')?.subscribe({ complete: () => (ended = true) });
    board.close();
    expect(ended).toBe(true);
  });
});
