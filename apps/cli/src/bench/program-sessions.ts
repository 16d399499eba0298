/**
 * Commands of programs end to end: over HTTP, through the engine in its thread, stored and placed before they are answered.
 * In batches of 1, 50 and 1,000 in one session, and one at a time from 50 clients in as many sessions. Then a look back at
 * random events of the long session.
 */
import path from 'node:path';
import type { ProgramCommand } from '@heapcast/contracts';
import { BuiltService } from './built-service.js';
import type { Benchmark, Figure } from './figure.js';
import { KeepAlive } from './keep-alive.js';
import { percentile } from './statistics.js';

const CLIENTS = 50;
const PROGRAM = { ownership: 'cpython', version: '3.11' };

export const programSessions: Benchmark = {
  name: 'program-sessions',
  title: 'program commands/s end to end',
  async run({ quick, scratch, tell }) {
    const service = await BuiltService.start(path.join(scratch, 'program-sessions'));
    try {
      const figures: Figure[] = [];
      for (const batch of [1, 50, 1000]) {
        tell(`program sessions: batches of ${batch}`);
        const commands = (quick ? 2 : 20) * (batch === 1 ? 100 : 1000);
        const client = await ProgramClient.open(service);
        const seconds = await client.run(commands, batch);
        const note = `one session, ${commands} commands, answered when stored`;
        figures.push({ name: `commands, batches of ${batch}`, value: commands / seconds, unit: 'commands/s', note });
        if (batch === 1000) figures.push(await client.lookBack(quick ? 20 : 200));
        client.close();
      }
      tell(`program sessions: ${CLIENTS} clients`);
      const each = quick ? 10 : 100;
      const clients = await Promise.all(Array.from({ length: CLIENTS }, async () => ProgramClient.open(service)));
      const start = performance.now();
      await Promise.all(clients.map(async (client) => client.run(each, 1)));
      const seconds = (performance.now() - start) / 1000;
      for (const client of clients) client.close();
      figures.push({
        name: `commands, ${CLIENTS} sessions`,
        value: (CLIENTS * each) / seconds,
        unit: 'commands/s',
        note: `${CLIENTS} clients, one command at a time each, answered when stored`,
      });
      return figures;
    } finally {
      await service.stop();
    }
  },
};

class ProgramClient {
  #seq = 0;

  private constructor(
    private readonly service: BuiltService,
    private readonly connection: KeepAlive,
    private readonly id: string,
    private readonly token: string,
  ) {}

  static async open(service: BuiltService): Promise<ProgramClient> {
    const connection = await KeepAlive.open(service.port);
    const { status, body } = await connection.post('/v1/sessions', JSON.stringify({ program: PROGRAM }), '');
    if (status !== 201) throw new Error(`${status} ${body.slice(0, 300)}`);
    const { id, ownerToken }: { id: string; ownerToken: string } = JSON.parse(body);
    return new ProgramClient(service, connection, id, ownerToken);
  }

  /** @returns the seconds that it took */
  async run(commands: number, batch: number): Promise<number> {
    const start = performance.now();
    for (let done = 0; done < commands; done += batch) {
      const json = JSON.stringify({ commands: Array.from({ length: batch }, (_, i) => commandOf(done + i)) });
      const { status, body } = await this.connection.post(`/v1/sessions/${this.id}/commands`, json, this.token);
      if (status !== 200) throw new Error(`${status} ${body.slice(0, 300)}`);
      const { seq }: { seq: number } = JSON.parse(body);
      this.#seq = seq;
    }
    return (performance.now() - start) / 1000;
  }

  async lookBack(times: number): Promise<Figure> {
    const milliseconds: number[] = [];
    for (let i = 0; i < times; i++) {
      const at = (i * 7919) % (this.#seq + 1);
      const start = performance.now();
      const answer = await fetch(`${this.service.url}/v1/sessions/${this.id}/program?at=${at}&limit=20`);
      if (!answer.ok) throw new Error(`${answer.status} at ${at}`);
      await answer.arrayBuffer();
      milliseconds.push(performance.now() - start);
    }
    const note = `${times} random events of ${this.#seq}`;
    return { name: 'program at an event, p95', value: percentile(milliseconds, 0.95), unit: 'ms', note };
  }

  close(): void {
    this.connection.close();
  }
}

/** A list that grows to 200 entries and begins anew, with a cycle in every tenth. */
function commandOf(i: number): ProgramCommand {
  if (i % 10 === 9) return { op: 'assign', to: `v${(i - 1) % 200}.self`, value: { ref: `v${(i - 1) % 200}` } };
  return { op: 'new', to: `v${i % 200}`, type: 'dict', line: (i % 30) + 1 };
}
