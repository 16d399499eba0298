/** A snippet while it runs: the line that it is at, its stack, and the heap that holds what it asked for, read now and then. */
import { batch, computed, signal } from '@preact/signals';
import type { SessionDetail } from '@heapcast/contracts';
import { ProgramSubject } from '../../service/program.js';
import { Subject } from '../../service/subject.js';
import { LineReader, type PresentLine } from '../program/line-reader.js';
import { type Moment, MomentReader } from '../program/moment.js';
import type { Pictured } from '../program/pictured.js';
import { sceneOfFrames } from '../program/scene.js';

/** Milliseconds between two looks. */
const REST = 200;

export class RunningSnippet implements Pictured {
  readonly subject: ProgramSubject;
  readonly at = signal(0);
  readonly moment = signal<Moment | null>(null);
  readonly hovered = signal<number | null>(null);
  readonly #present = signal<PresentLine | null>(null);
  /** 0 = not known. */
  readonly line = computed(() => this.#present.value?.line ?? 0);
  readonly scene = computed(() => {
    const { value: now } = this.moment;
    const frames = this.#present.value?.frames;
    return now && frames ? sceneOfFrames(frames, now.places) : null;
  });

  readonly #lines: LineReader;
  readonly #moments: MomentReader;
  #detail: SessionDetail | null = null;
  #end = 0;
  #looking = false;
  #closed = false;

  constructor(id: string) {
    this.subject = new ProgramSubject(id);
    this.#lines = new LineReader(this.subject);
    this.#moments = new MomentReader(this.subject, new Subject('session', id));
  }

  /** There are so many events now. */
  grew(seq: number): void {
    if (seq <= this.#end) return;
    this.#end = seq;
    void this.#look();
  }

  close(): void {
    this.#closed = true;
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      while (this.at.value < this.#end && !this.#closed) {
        await this.#lookAt(this.#end);
        await new Promise((resolve) => setTimeout(resolve, REST));
      }
    } catch {
      // What is shown stays; when the session grows on, or has ended, there is a next look.
    } finally {
      this.#looking = false;
    }
  }

  async #lookAt(end: number): Promise<void> {
    this.#detail ??= await this.subject.detail();
    const present = await this.#lines.present(end);
    const moment = await this.#moments.read(end, this.#detail, present.frames, present.places);
    if (this.#closed) return;
    batch(() => {
      this.#present.value = present;
      this.moment.value = moment;
      this.at.value = end;
    });
  }
}
