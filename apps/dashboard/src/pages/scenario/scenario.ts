/** One scenario: what was chosen for it, and what its runs said. */
import { signal } from '@preact/signals';
import { runDone } from '../../service/run-progress.js';
import {
  measureScenario,
  type Measurement,
  playScenario,
  readAgain,
  readMeasurement,
  readScenario,
  type ScenarioDetail,
} from '../../service/scenarios.js';

/** Milliseconds until a measurement whose traces are generated is asked for again. */
const AGAIN = 300;

export class Scenario {
  readonly detail = signal<ScenarioDetail | null>(null);
  /** What was typed; what is absent is as usual, which is another amount in a session than in a run. */
  readonly typed = signal<Readonly<Record<string, string>>>({});
  readonly measurement = signal<Measurement | null>(null);
  /** Of all events of the runs that are on their way, so many are replayed. */
  readonly progress = signal<{ readonly events: number; readonly total: number } | null>(null);
  /** Requests that were generated so far for the traces; `null` = there is no more to generate. */
  readonly generated = signal<number | null>(null);
  readonly isBusy = signal(false);
  readonly trouble = signal<string | null>(null);

  constructor(readonly name: string) {}

  read(): Promise<void> {
    return this.#try(async () => void (this.detail.value = await readScenario(this.name)));
  }

  /** Opens a session that plays a side; answers with its page. */
  async play(side: string): Promise<string | null> {
    const { detail } = this;
    if (!detail.value) return null;
    let path: string | null = null;
    const scenario = detail.value;
    await this.#try(async () => {
      path = await playScenario(scenario, { side, parameters: this.#parameters() });
    });
    return path;
  }

  measure(): Promise<void> {
    return this.#try(async () => this.#follow(await measureScenario(this.name, this.#parameters())));
  }

  /** A measurement that was made before. */
  recall(runs: readonly string[]): Promise<void> {
    return this.#try(async () => this.#follow(await readMeasurement(this.name, runs)));
  }

  async #follow(first: Measurement): Promise<void> {
    const found = await this.#made(first);
    this.measurement.value = found;
    if (found.isDone) return;
    const total = found.sides.reduce((sum, { events }) => sum + events, 0);
    const done = found.sides.map(({ progress }) => progress);
    const tell = (): void => void (this.progress.value = { events: done.reduce((a, b) => a + b, 0), total });
    tell();
    await Promise.all(
      found.sides.map(({ runId }, nth) =>
        runDone(runId, ({ events }) => {
          done[nth] = events;
          tell();
        }),
      ),
    );
    this.measurement.value = await readMeasurement(
      this.name,
      found.sides.map(({ runId }) => runId),
    );
  }

  /** Traces are generated before there are runs. */
  async #made(first: Measurement): Promise<Measurement> {
    let found = first;
    while (found.making) {
      this.generated.value = found.making.sides.reduce((sum, { events }) => sum + events, 0);
      await new Promise((resolve) => setTimeout(resolve, AGAIN));
      found = await readAgain(found);
    }
    this.generated.value = null;
    return found;
  }

  #parameters(): Record<string, number | string> {
    const known = this.detail.value?.parameters ?? [];
    return Object.fromEntries(
      known.flatMap(({ name, type }) => {
        const text = this.typed.value[name] ?? '';
        if (text === '') return [];
        return [[name, type === 'integer' ? Number(text) : text]];
      }),
    );
  }

  async #try(work: () => Promise<void>): Promise<void> {
    this.isBusy.value = true;
    this.trouble.value = null;
    try {
      await work();
    } catch (error) {
      this.trouble.value = error instanceof Error ? error.message : String(error);
    }
    this.isBusy.value = false;
    this.progress.value = null;
    this.generated.value = null;
  }
}
