/** Parts of lists, bounded whatever is asked for. */
import type { ListPage, ListWindow } from '@heapcast/contracts';
import { DEFAULT_PAGE, MAX_PAGE } from './limits.js';

/** First and past-the-last index of a window on a list of `total`. */
export function bounds(total: number, window: ListWindow | undefined): { readonly from: number; readonly to: number } {
  const from = Math.min(Math.max(Math.trunc(window?.offset ?? 0), 0), total);
  const limit = Math.min(Math.max(Math.trunc(window?.limit ?? DEFAULT_PAGE), 0), MAX_PAGE);
  return { from, to: Math.min(from + limit, total) };
}

/** Goes through `items` no further than the page's end. */
export function pageOf<Item, Shown>(
  items: Iterable<Item>,
  total: number,
  window: ListWindow | undefined,
  show: (item: Item) => Shown,
): ListPage<Shown> {
  const { from, to } = bounds(total, window);
  const shown: Shown[] = [];
  let at = 0;
  if (from < to) {
    for (const item of items) {
      if (at >= from) shown.push(show(item));
      if (++at === to) break;
    }
  }
  return { total, offset: from, items: shown };
}
