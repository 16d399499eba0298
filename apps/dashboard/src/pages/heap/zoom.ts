/** A camera that goes where it is sent, in 240 ms; at once for those who want no motion. */
import { signal } from '@preact/signals';
import { between, type Camera, WHOLE, ZOOM_TIME } from '../../drawing/camera.js';

export class Zoom {
  /** Where it goes to. */
  readonly target = signal<Camera>(WHOLE);
  #from: Camera = WHOLE;
  #since = 0;
  #now: Camera = WHOLE;

  /** Is there at once: what the hand does needs no motion of its own. */
  jump(camera: Camera): void {
    this.#from = camera;
    this.#now = camera;
    this.#since = -Infinity;
    this.target.value = camera;
  }

  go(camera: Camera): void {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return this.jump(camera);
    this.#from = this.#now;
    this.#since = performance.now();
    this.target.value = camera;
    return undefined;
  }

  /** Where it is now; whether it is still on its way is `moving`. */
  at(now: number): Camera {
    const target = this.target.value;
    this.#now = between(this.#from, target, Math.max(0, Math.min(1, (now - this.#since) / ZOOM_TIME)));
    return this.#now;
  }

  get moving(): boolean {
    return this.#now !== this.target.value;
  }

  get current(): Camera {
    return this.#now;
  }
}
