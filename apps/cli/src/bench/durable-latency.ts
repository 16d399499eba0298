/**
 * Durable one-request calls over HTTP: 50 clients on 50 connections, each waits for its answer before it asks again. Beside
 * it, on the same PostgreSQL in the same run: a bare one-row commit by `pg`, 50 at a time on as many connections as the
 * service has.
 */
import path from 'node:path';
import { Pool } from 'pg';
import { BuiltService, openSession, type OpenedSession } from './built-service.js';
import { atMost, type Benchmark, type Figure } from './figure.js';
import { KeepAlive } from './keep-alive.js';
import { median, percentile } from './statistics.js';

const CLIENTS = 50;
const ROUNDS = 3;

export const durableLatency: Benchmark = {
  name: 'durable',
  title: 'one-request calls from 50 clients, answered when stored',
  async run({ quick, scratch, tell }) {
    const service = await BuiltService.start(path.join(scratch, 'durable'));
    const calls = quick ? 2000 : 20_000;
    try {
      const figures: Figure[] = [];
      const bare: number[][] = [];
      const ownSession: number[][] = [];
      const oneSession: number[][] = [];
      for (let round = 0; round <= ROUNDS; round++) {
        tell(`durable: round ${round}`);
        const rows = await bareCommits(service, calls);
        const own = await sessionCalls(service, calls, CLIENTS);
        const one = await sessionCalls(service, calls, 1);
        // The first round warms up.
        if (round === 0) continue;
        bare.push(rows);
        ownSession.push(own);
        oneSession.push(one);
      }
      const beside = (share: number): string => `bare one-row commit ${middle(bare, share).toFixed(2)} ms`;
      const note = `${CLIENTS} clients, ${calls} calls a round, median of ${ROUNDS} rounds`;
      for (const [name, rounds] of [
        ['50 sessions', ownSession],
        ['one session', oneSession],
      ] as const) {
        figures.push(
          {
            name: `durable call p50, ${name}`,
            value: middle(rounds, 0.5),
            unit: 'ms',
            target: atMost(5),
            beside: beside(0.5),
            note,
          },
          {
            name: `durable call p99, ${name}`,
            value: middle(rounds, 0.99),
            unit: 'ms',
            target: atMost(25),
            beside: beside(0.99),
            note,
          },
        );
      }
      return figures;
    } finally {
      await service.stop();
    }
  },
};

function middle(rounds: readonly number[][], share: number): number {
  return median(rounds.map((times) => percentile(times, share)));
}

/** Milliseconds of each call, 50 under way at any time. */
async function together(calls: number, one: (client: number, nth: number) => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  await Promise.all(
    Array.from({ length: CLIENTS }, async (_, client) => {
      for (let nth = 0; nth < calls / CLIENTS; nth++) {
        const start = performance.now();
        await one(client, nth);
        times.push(performance.now() - start);
      }
    }),
  );
  return times;
}

async function bareCommits({ database }: BuiltService, calls: number): Promise<number[]> {
  const pool = new Pool({ ...database, max: CLIENTS });
  // An idle connection that breaks shows in the next query.
  pool.on('error', () => {});
  try {
    await pool.query('CREATE TABLE IF NOT EXISTS bench_row (id bigserial PRIMARY KEY, payload bytea NOT NULL)');
    const payload = Buffer.alloc(20, 7);
    return await together(calls, async () => {
      await pool.query({ name: 'bench-row', text: 'INSERT INTO bench_row (payload) VALUES ($1)', values: [payload] });
    });
  } finally {
    await pool.query('DROP TABLE IF EXISTS bench_row');
    await pool.end();
  }
}

async function sessionCalls(service: BuiltService, calls: number, sessions: number): Promise<number[]> {
  const opened: OpenedSession[] = [];
  for (let i = 0; i < sessions; i++) opened.push(await openSession(service));
  const connections = await Promise.all(Array.from({ length: CLIENTS }, () => KeepAlive.open(service.port)));
  try {
    return await together(calls, async (client, nth) => {
      const { id, token } = opened[client % opened.length];
      const name = `c${client}`;
      const request = nth % 2 === 0 ? { op: 'malloc', size: 24 + client, id: name } : { op: 'free', id: name };
      const { status, body } = await connections[client].post(
        `/v1/sessions/${id}/requests`,
        JSON.stringify(request),
        token,
      );
      if (status !== 200) throw new Error(`${status} ${body.slice(0, 300)}`);
    });
  } finally {
    for (const connection of connections) connection.close();
  }
}
