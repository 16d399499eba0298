/** Plays a program: one stop after the other, at a speed. */
import { signal } from '@preact/signals';

/** Milliseconds per stop at 1x. */
const BEAT = 1000;
export const SPEEDS = [1, 2, 8] as const;
export type Speed = (typeof SPEEDS)[number];

/** What is played. */
interface Played {
  /** Is it at its end? */
  isOver(): boolean;
  rewind(): void;
  /** Goes one stop on, unless it has still to arrive where it was sent. */
  goOn(): void;
}

export class Player {
  readonly playing = signal(false);
  readonly speed = signal<Speed>(1);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly played: Played) {}

  toggle(): void {
    if (this.playing.value) return this.pause();
    if (this.played.isOver()) this.played.rewind();
    this.playing.value = true;
    const beat = (): void => {
      this.played.goOn();
      if (this.played.isOver()) return this.pause();
      this.#timer = setTimeout(beat, BEAT / this.speed.value);
    };
    this.#timer = setTimeout(beat, BEAT / this.speed.value / 4);
  }

  pause(): void {
    clearTimeout(this.#timer);
    this.playing.value = false;
  }
}
