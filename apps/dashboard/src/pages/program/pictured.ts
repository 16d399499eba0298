/** What the picture of a program and of its heap needs to know of the page that it is on. */
import type { ReadonlySignal, Signal } from '@preact/signals';
import type { Moment } from './moment.js';

export interface Pictured {
  readonly subject: { readonly id: string };
  readonly at: ReadonlySignal<number>;
  readonly moment: ReadonlySignal<Moment | null>;
  /** The object under the pointer, in the diagram or among the blocks. */
  readonly hovered: Signal<number | null>;
}
