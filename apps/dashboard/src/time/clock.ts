/** A cursor in the events of something: sought, stepped, played. What is drawn follows from its signals. */
import { batch, signal } from '@preact/signals';

/** Events per second. */
export const SPEEDS = [1, 100, 10_000, 100_000] as const;

export class Clock {
  /** After so many events. */
  readonly at = signal(0);
  /** Events that there are. */
  readonly end = signal(0);
  readonly playing = signal(false);
  readonly speed = signal<number>(SPEEDS[2]);
  #frame = 0;

  /**
   * @param isBusy a picture is on its way: playing waits for it, in larger steps instead of a queue
   * @param sought told of every move, whoever made it
   */
  constructor(
    private readonly isBusy: () => boolean = () => false,
    private readonly sought: () => void = () => undefined,
  ) {}

  seek(at: number): void {
    batch(() => {
      this.at.value = Math.max(0, Math.min(this.end.value, Math.round(at)));
      this.sought();
    });
  }

  step(events: number): void {
    this.pause();
    this.seek(this.at.value + events);
  }

  /** There is more now; whoever stands at the end stays there if `isFollowed`. */
  grow(end: number, isFollowed: boolean): void {
    if (end <= this.end.value) return;
    batch(() => {
      const stood = this.at.value === this.end.value;
      this.end.value = end;
      if (isFollowed && stood) this.at.value = end;
    });
  }

  toggle(): void {
    if (this.playing.value) this.pause();
    else this.play();
  }

  play(): void {
    if (this.at.value >= this.end.value) this.seek(0);
    this.playing.value = true;
    let last = performance.now();
    let exact = this.at.value;
    const frame = (now: number): void => {
      exact += ((now - last) / 1000) * this.speed.value;
      last = now;
      // Somebody moved the cursor meanwhile: go on from there.
      if (Math.abs(exact - this.at.value) > Math.max(2, this.speed.value)) exact = this.at.value;
      if (exact >= this.end.value) {
        this.seek(this.end.value);
        return this.pause();
      }
      if (!this.isBusy() && Math.floor(exact) !== this.at.value) this.seek(Math.floor(exact));
      this.#frame = requestAnimationFrame(frame);
      return undefined;
    };
    this.#frame = requestAnimationFrame(frame);
  }

  pause(): void {
    cancelAnimationFrame(this.#frame);
    this.playing.value = false;
  }
}

/** The keys of every page with a cursor; off while somebody types. Ends with the function that it returns. */
export function listenToClockKeys(clock: Clock, leap = 1000): () => void {
  const onKeyDown = (event: KeyboardEvent): void => {
    const { key, shiftKey, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)) return;
    // A button is pressed with the space bar; it does not play.
    if (key === ' ' && target instanceof HTMLElement && /^(BUTTON|A|SUMMARY)$/.test(target.tagName)) return;
    const size = shiftKey ? leap : 1;
    if (key === 'ArrowRight') clock.step(size);
    else if (key === 'ArrowLeft') clock.step(-size);
    else if (key === 'Home') clock.step(-Infinity);
    else if (key === 'End') clock.step(Infinity);
    else if (key === ' ') clock.toggle();
    else return;
    event.preventDefault();
  };
  document.addEventListener('keydown', onKeyDown);
  return () => document.removeEventListener('keydown', onKeyDown);
}
