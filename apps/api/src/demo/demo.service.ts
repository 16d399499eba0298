/**
 * On an empty database the first look should show something: one recorded program as a run, one live session, and one
 * scenario measured on both its sides. Done in the background after the start; a failure is logged and disturbs nobody.
 */
import { createReadStream } from 'node:fs';
import { RunStore, SessionStore, TraceStore } from '@heapcast/database';
import { formatByName } from '@heapcast/trace';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Logger } from 'pino';
import { Configuration } from '../configuration/configuration.js';
import { bundledFile } from '../documents/bundled-file.js';
import { LOG } from '../operations/operations.module.js';
import { RunsService } from '../runs/runs.service.js';
import { ScenarioRuns } from '../scenarios/scenario-runs.service.js';
import { TracesService } from '../traces/traces.service.js';
import { uploadSource } from '../traces/upload-source.js';
import { DemoSession } from './demo-session.js';

const TRACE = 'apps/api/assets/listdict20k.trace.gz';
const NAME = 'listdict20k: a list of dicts, filled, cleared and filled again';
/** The side that holds most comes last: the newest run is the first that is looked at. */
const SCENARIO = { name: 'pinned-arenas', sides: ['later', 'at-once'], wait: 60 } as const;

@Injectable()
export class DemoService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #loading: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor(
    private readonly configuration: Configuration,
    private readonly traceStore: TraceStore,
    private readonly runStore: RunStore,
    private readonly sessionStore: SessionStore,
    private readonly traces: TracesService,
    private readonly runs: RunsService,
    private readonly scenarios: ScenarioRuns,
    private readonly session: DemoSession,
    @Inject(LOG) private readonly log: Logger,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.configuration.demo) return;
    this.#loading = this.#load().catch((error: unknown) => this.#tell(error));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#isOver = true;
    await this.#loading;
  }

  async #load(): Promise<void> {
    if (!(await this.#isEmpty())) return;
    const bytes = await uploadSource(
      { stream: createReadStream(bundledFile(TRACE)), encoding: undefined, length: undefined },
      { sent: Infinity, decompressed: Infinity, idleSeconds: 30 },
    );
    const format = formatByName('pmtrace1') ?? undefined;
    const { record } = await this.traces.receive({ bytes, format, name: 'listdict20k' });
    await this.runs.create({ trace: record.id, allocator: { model: 'pymalloc' }, name: NAME }, undefined);
    await this.session.open();
    void this.#measure().catch((error: unknown) => this.#tell(error));
  }

  /** Takes seconds, which no shutdown waits for. */
  async #measure(): Promise<void> {
    for (const side of SCENARIO.sides) {
      if (!this.#isOver) await this.scenarios.start(SCENARIO.name, { sides: [side], wait: SCENARIO.wait });
    }
  }

  #tell(error: unknown): void {
    if (!this.#isOver) this.log.warn({ err: error }, 'the demo could not be loaded');
  }

  async #isEmpty(): Promise<boolean> {
    const counts = await Promise.all([this.traceStore.count(), this.runStore.count(), this.sessionStore.count()]);
    return counts.every((count) => count === 0);
  }
}
