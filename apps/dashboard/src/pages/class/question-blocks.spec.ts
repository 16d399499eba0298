import type { SessionEvent } from '@heapcast/contracts';
import { describe, expect, it } from '@jest/globals';
import type { BlockView } from '../../service/subject.js';
import { freesIn, tilesOfPool } from './question-blocks.js';

const block = (index: number, state: BlockView['state']): BlockView => ({ index, state, address: '0x0', size: 256 });
const choice = (index: number) => ({
  id: `b${index}`,
  text: `Block ${index}`,
  block: { arena: 0, pool: 1, index, address: '0x0' },
});
const event = (outcome: SessionEvent['outcome'], index: number, pool = 1): SessionEvent => ({
  seq: 1,
  op: outcome === 'freed' ? 'free' : 'malloc',
  outcome,
  block: 1,
  size: 0,
  address: 0,
  arena: 0,
  pool,
  index,
  blockSize: 256,
});

describe('the frees of a pool', () => {
  it('are told in their order, without blocks that were handed out again', () => {
    const events = [3, 8, 5, 9].map((index) => event('freed', index));
    expect(freesIn({ arena: 0, pool: 1 }, [...events, event('placed', 8), event('freed', 7, 2)])).toEqual([3, 5, 9]);
  });
});

describe('the tiles of a question', () => {
  it('are all blocks of a small pool, with the choices that name them', () => {
    const blocks = [block(0, 'live'), block(1, 'freed'), block(2, 'untouched'), block(3, 'untouched')];
    const tiles = tilesOfPool({ choices: [choice(1), choice(2)] }, { arena: 0, pool: 1, blocks }, [1], false);
    expect(tiles.map(({ label, choice: of, note }) => [label, of, note])).toEqual([
      ['0', null, ''],
      ['1', 'b1', '1st freed'],
      ['2', 'b2', 'never used'],
      ['3', null, ''],
    ]);
  });

  it('of a large pool are those near a choice, with gaps between', () => {
    const blocks = Array.from({ length: 200 }, (_, index) => block(index, 'live'));
    const tiles = tilesOfPool({ choices: [choice(10), choice(100)] }, { arena: 0, pool: 1, blocks }, [], false);
    expect(tiles.map(({ label }) => label)).toEqual(['9', '10', '11', '…', '99', '100', '101']);
  });

  it('of a pool that is new are the blocks that the choices name', () => {
    const tiles = tilesOfPool({ choices: [choice(0)] }, { arena: 0, pool: 1, blocks: [] }, [], false);
    expect(tiles.map(({ label, state, choice: of }) => [label, state, of])).toEqual([['0', 'untouched', 'b0']]);
  });
});
