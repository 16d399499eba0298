/**
 * Ten thousand live sessions of a thousand live blocks in one service: how much memory its process takes, and how long
 * the first request takes of a session that has left memory.
 */
import path from 'node:path';
import { BuiltService, openSession, type OpenedSession } from './built-service.js';
import { atMost, type Benchmark, type Figure } from './figure.js';
import { KeepAlive } from './keep-alive.js';
import { percentile } from './statistics.js';

const BLOCKS = 1000;
const WRITERS = 16;
const WAKES = 300;

export const hibernation: Benchmark = {
  name: 'hibernation',
  title: '10,000 sessions of 1,000 live blocks',
  async run({ quick, scratch, tell }) {
    const sessions = quick ? 500 : 10_000;
    const service = await BuiltService.start(path.join(scratch, 'hibernation'));
    const connections = await Promise.all(Array.from({ length: WRITERS }, () => KeepAlive.open(service.port)));
    try {
      tell(`hibernation: ${sessions} sessions`);
      const before = service.memory();
      const opened: OpenedSession[] = [];
      const start = performance.now();
      await Promise.all(
        connections.map(async (connection) => {
          while (opened.length < sessions) {
            const place = opened.length;
            opened.length++;
            const session = await openSession(service);
            opened[place] = session;
            await ask(connection, session, blocks(place));
          }
        }),
      );
      const seconds = (performance.now() - start) / 1000;
      const after = service.memory();
      tell('hibernation: waking');
      const waking: number[] = [];
      for (let i = 0; i < WAKES; i++) {
        const session = opened[Math.floor(((i * 0.618_033_988_75) % 1) * (sessions / 2))];
        const asked = performance.now();
        await ask(connections[0], session, [{ op: 'malloc', size: 100 }]);
        waking.push(performance.now() - asked);
      }
      const figures: Figure[] = [
        {
          name: 'sessions opened and filled',
          value: sessions / seconds,
          unit: 'sessions/s',
          note: `${BLOCKS} blocks each`,
        },
        { name: 'first request of a sleeping session p50', value: percentile(waking, 0.5), unit: 'ms' },
        { name: 'first request of a sleeping session p95', value: percentile(waking, 0.95), unit: 'ms' },
      ];
      if (before && after) {
        const note = `${sessions} sessions, at its highest; empty it takes ${before.now.toFixed(0)} MiB`;
        figures.unshift({
          name: 'memory with sessions',
          value: after.highest,
          unit: 'MiB',
          target: atMost(1024),
          note,
        });
      }
      return figures;
    } finally {
      for (const connection of connections) connection.close();
      await service.stop();
    }
  },
};

function blocks(seed: number): object[] {
  return Array.from({ length: BLOCKS }, (_, i) => ({ op: 'malloc', size: 1 + ((i * 31 + seed * 7) % 512) }));
}

async function ask(connection: KeepAlive, { id, token }: OpenedSession, requests: readonly object[]): Promise<void> {
  const { status, body } = await connection.post(`/v1/sessions/${id}/requests`, JSON.stringify({ requests }), token);
  if (status !== 200) throw new Error(`${status} ${body.slice(0, 300)}`);
}
