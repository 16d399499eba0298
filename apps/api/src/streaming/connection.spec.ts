import { describe, expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { Connection } from './connection.js';
import type { SessionSocket } from './socket-outlet.js';

describe('the requests of one socket', () => {
  it('take their place in the order of coming, however long each takes to be allowed', async () => {
    const connection = new Connection({} as SessionSocket);
    const order: number[] = [];
    const request = async (number: number, turns: number): Promise<void> => {
      const { before, placed } = connection.queue();
      for (let i = 0; i < turns; i++) await turn();
      await before;
      order.push(number);
      placed();
    };
    await Promise.all([request(1, 9), request(2, 0), request(3, 5), request(4, 1)]);
    expect(order).toEqual([1, 2, 3, 4]);
  });

  it('that are refused let the next ones go on', async () => {
    const connection = new Connection({} as SessionSocket);
    connection.queue().placed();
    const { before } = connection.queue();
    await expect(before).resolves.toBeUndefined();
  });
});
