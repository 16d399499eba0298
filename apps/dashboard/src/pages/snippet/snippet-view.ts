/** The state of a snippet page: what is written, what is running, what came of it. */
import { computed, signal } from '@preact/signals';
import { follow } from '../../service/live.js';
import { json } from '../../service/rest.js';
import {
  type Advice,
  adviceOf,
  cancelSnippet,
  type Language,
  type LineRow,
  linesOf,
  type Measure,
  orderSnippet,
  readSnippet,
  type Recording,
  type Snippet,
} from '../../service/snippets.js';
import { tokenOf } from '../../service/tokens.js';
import { EXAMPLES } from './examples.js';
import { RunningSnippet } from './running-snippet.js';

export interface Profile {
  readonly model: string;
  readonly name: string;
  readonly title: string;
}

interface ModelItem {
  readonly name: string;
  readonly profiles: readonly { readonly name: string; readonly title: string }[];
}

/** Milliseconds between looks at one that runs: what its session does not tell is asked for. */
const LOOK_AGAIN = 700;

export class SnippetView {
  readonly language = signal<Language>('python');
  readonly source = signal('');
  readonly record = signal<Recording>('frames');
  /** `''`: as fits the language. */
  readonly allocator = signal('');
  readonly seconds = signal('');
  readonly mebibytes = signal('');
  readonly events = signal('');
  readonly isPrivate = signal(false);
  readonly profiles = signal<readonly Profile[]>([]);
  readonly snippet = signal<Snippet | null>(null);
  /** Events so far. */
  readonly asked = signal(0);
  /** What is to be seen of one that runs. */
  readonly running = signal<RunningSnippet | null>(null);
  readonly isConnected = signal(true);
  readonly trouble = signal<string | null>(null);
  readonly ordering = signal(false);
  readonly measure = signal<Measure>('live');
  readonly lines = signal<readonly LineRow[]>([]);
  readonly advice = signal<readonly Advice[]>([]);
  /** The source with bytes beside its lines, in place of the editor. */
  readonly reading = signal(false);

  readonly isRunning = computed(
    () => this.ordering.value || (this.snippet.value !== null && !this.#isOver(this.snippet.value)),
  );
  /** What is written is what ran. */
  readonly isSame = computed(() => this.snippet.value?.source === this.source.value);
  /** Lines of the source that something is to be said of. */
  readonly marks = computed<ReadonlyMap<number, string>>(() => {
    const now = this.snippet.value;
    if (!now || !this.isSame.value) return new Map();
    const marks = new Map<number, string>();
    for (const { severity, line, message } of now.diagnostics) {
      if (severity === 'error' && line > 0 && !marks.has(line)) marks.set(line, message);
    }
    const { exception } = now;
    if (exception && exception.line > 0 && !marks.has(exception.line)) {
      marks.set(exception.line, `${exception.type}: ${exception.message}`);
    }
    return marks;
  });

  #closed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unfollow: (() => void) | undefined;

  constructor() {
    this.choose(0);
  }

  #isOver({ status }: Snippet): boolean {
    return status === 'finished';
  }

  /** Takes an example of the talk. */
  choose(index: number): void {
    const example = EXAMPLES[index];
    if (!example) return;
    this.language.value = example.language;
    this.record.value = example.record;
    this.source.value = example.source;
    this.reading.value = false;
  }

  async readProfiles(): Promise<void> {
    try {
      const models = await json<readonly ModelItem[]>('/v1/allocators');
      this.profiles.value = models.flatMap(({ name: model, profiles }) =>
        profiles.map(({ name, title }) => ({ model, name, title })),
      );
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Shows one that was ordered before, by whomever. */
  async open(id: string): Promise<void> {
    if (this.snippet.value?.id === id) return;
    try {
      this.#take(await readSnippet(id), true);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** @returns its id; `null` = the service refused it, and `trouble` says why */
  async run(): Promise<string | null> {
    if (this.isRunning.value) return null;
    this.trouble.value = null;
    this.ordering.value = true;
    const profile = this.profiles.value.find(({ name }) => name === this.allocator.value);
    const limits = {
      ...scaled('timeMs', this.seconds.value, 1000),
      ...scaled('memoryBytes', this.mebibytes.value, 1024 * 1024),
      ...scaled('events', this.events.value, 1),
    };
    try {
      const snippet = await orderSnippet({
        language: this.language.value,
        source: this.source.value,
        ...(this.language.value === 'python' ? { record: this.record.value } : {}),
        ...(Object.keys(limits).length > 0 ? { limits } : {}),
        ...(profile ? { allocator: { model: profile.model, profile: profile.name } } : {}),
        ...(this.isPrivate.value ? { visibility: 'private' as const } : {}),
      });
      this.#take(snippet, false);
      return snippet.id;
    } catch (error) {
      this.#fail(error);
      return null;
    } finally {
      this.ordering.value = false;
    }
  }

  async cancel(): Promise<void> {
    const { value } = this.snippet;
    if (!value) return;
    try {
      this.#take(await cancelSnippet(value.id), false);
    } catch (error) {
      this.#fail(error);
    }
  }

  async show(measure: Measure): Promise<void> {
    this.measure.value = measure;
    const { value } = this.snippet;
    if (!value) return;
    try {
      const lines = await linesOf(value.id, measure);
      if (this.measure.value === measure && this.snippet.value?.id === value.id) this.lines.value = lines;
    } catch (error) {
      this.#fail(error);
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#endFollowing();
  }

  #endFollowing(): void {
    this.#unfollow?.();
    this.#unfollow = undefined;
    this.running.value?.close();
    this.running.value = null;
    this.isConnected.value = true;
  }

  #take(snippet: Snippet, isOpened: boolean): void {
    if (this.#closed) return;
    const isNew = snippet.id !== this.snippet.value?.id;
    if (isNew) {
      this.#endFollowing();
      this.lines.value = [];
      this.advice.value = [];
      this.asked.value = 0;
    }
    this.snippet.value = snippet;
    if (isOpened) {
      this.language.value = snippet.language;
      this.source.value = snippet.source;
      this.record.value = snippet.settings.record ?? 'requests';
    }
    clearTimeout(this.#timer);
    if (this.#isOver(snippet)) {
      this.#endFollowing();
      void this.#readResult(snippet);
      return;
    }
    if (!this.#unfollow) this.#follow(snippet.id);
    this.#timer = setTimeout(() => void this.#look(snippet.id), LOOK_AGAIN);
  }

  #follow(id: string): void {
    const running = new RunningSnippet(id);
    this.running.value = running;
    this.#unfollow = follow(id, tokenOf(id), {
      grew: (seq) => {
        this.asked.value = seq;
        running.grew(seq);
      },
      finished: () => void this.#look(id),
      present: () => undefined,
      connected: (isConnected) => (this.isConnected.value = isConnected),
      refused: () => undefined,
    });
  }

  async #look(id: string): Promise<void> {
    if (this.#closed || this.snippet.value?.id !== id || this.snippet.value.status === 'finished') return;
    try {
      this.#take(await readSnippet(id), false);
      this.trouble.value = null;
    } catch (error) {
      this.#fail(error);
      // The service may only be away for a moment.
      if (!this.#closed) this.#timer = setTimeout(() => void this.#look(id), LOOK_AGAIN * 4);
    }
  }

  async #readResult({ id, counts }: Snippet): Promise<void> {
    this.reading.value = counts.events > 0 && this.isSame.value;
    if (counts.events === 0) return;
    await this.show(this.measure.value);
    try {
      const advice = await adviceOf(id);
      if (this.snippet.value?.id === id) this.advice.value = advice;
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (!this.#closed) this.trouble.value = error instanceof Error ? error.message : String(error);
  }
}

/** A limit as it is sent; nothing when nothing, or no number, is written. */
function scaled(name: string, written: string, unit: number): Readonly<Record<string, number>> {
  const value = Number(written);
  return written.trim() === '' || !Number.isFinite(value) ? {} : { [name]: Math.round(value * unit) };
}
