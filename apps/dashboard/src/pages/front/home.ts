/** What the home page shows and starts. */
import { signal } from '@preact/signals';
import type { CreatedSession, SessionSummary } from '@heapcast/contracts';
import { type Configuration, type ModelDescription, readAllocators } from '../../service/allocators.js';
import { json } from '../../service/rest.js';
import { listScenarios, playScenario, type ScenarioBrief } from '../../service/scenarios.js';
import { keepToken } from '../../service/tokens.js';

export interface RunItem {
  readonly id: string;
  readonly name: string;
  readonly trace: { readonly name: string; readonly events: number };
  readonly allocator: Configuration;
}

export const OWNERSHIPS = [
  ['manual', 'by hand, as in C and C++'],
  ['refcount', 'by counting references'],
  ['cpython', 'as CPython does: counts and a cycle collector'],
  ['mark-sweep', 'by a tracing collector'],
] as const;
export type Ownership = (typeof OWNERSHIPS)[number][0];

const LATEST = 8;

export class Home {
  readonly runs = signal<readonly RunItem[]>([]);
  readonly sessions = signal<readonly SessionSummary[]>([]);
  readonly models = signal<readonly ModelDescription[]>([]);
  readonly scenarios = signal<readonly ScenarioBrief[]>([]);
  readonly profile = signal('cpython-3.13');
  readonly ownership = signal<Ownership>('cpython');
  /** Something is being opened. */
  readonly isBusy = signal(false);
  readonly trouble = signal<string | null>(null);

  /** Each list comes when it is there: none waits for another. */
  async read(): Promise<void> {
    await Promise.all([
      this.#try(async () => void (this.models.value = await readAllocators())),
      this.#try(async () => void (this.scenarios.value = await listScenarios())),
      this.#try(async () => {
        const path = `/v1/runs?limit=${LATEST}&status=done`;
        this.runs.value = (await json<{ readonly items: readonly RunItem[] }>(path)).items;
      }),
      this.#try(async () => {
        const path = `/v1/sessions?limit=${LATEST}`;
        this.sessions.value = (await json<{ readonly items: readonly SessionSummary[] }>(path)).items;
      }),
    ]);
  }

  /** The model that has the chosen profile. */
  get allocator(): Configuration {
    const profile = this.profile.value;
    const model = this.models.value.find(({ profiles }) => profiles.some(({ name }) => name === profile));
    return { model: model?.name ?? 'pymalloc', profile };
  }

  /** Opens an empty session; answers with the address of its page, `null` when that failed. */
  start(): Promise<string | null> {
    return this.#start(() => this.#open({ name: 'My session', allocator: this.allocator }));
  }

  /** Opens a session for commands of a program. */
  startProgram(): Promise<string | null> {
    const program = { ownership: this.ownership.value };
    return this.#start(async () => `${await this.#open({ name: 'My program', program })}/program`);
  }

  play(scenario: ScenarioBrief): Promise<string | null> {
    return this.#start(() => playScenario(scenario));
  }

  async #open(body: object): Promise<string> {
    const { id, ownerToken } = await json<CreatedSession>('/v1/sessions', { method: 'POST', body });
    keepToken(id, ownerToken);
    return `/s/${id}`;
  }

  async #start(open: () => Promise<string>): Promise<string | null> {
    if (this.isBusy.value) return null;
    this.isBusy.value = true;
    this.trouble.value = null;
    let path: string | null = null;
    await this.#try(async () => {
      path = await open();
    });
    this.isBusy.value = false;
    return path;
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.trouble.value = error instanceof Error ? error.message : String(error);
    }
  }
}
