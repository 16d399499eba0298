/** The rail; where there is no room beside the map, a sheet over it that a button opens and Escape closes. */
import { effect, signal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { HeapView } from './heap-view.js';
import { Rail } from './rail.js';

export function RailSheet({ view }: { readonly view: HeapView }) {
  const isOpen = useMemo(() => signal(false), [view]);
  const opener = useRef<HTMLButtonElement>(null);
  // The story of a block, and what a range changed, are told there.
  useEffect(
    () =>
      effect(() => {
        if (view.block.value !== null || view.span.range.value !== null) isOpen.value = true;
      }),
    [view],
  );
  const close = (): void => {
    isOpen.value = false;
    opener.current?.focus();
  };
  return (
    <>
      <button
        ref={opener}
        class="button rail-open"
        type="button"
        aria-expanded={isOpen.value}
        aria-controls="rail"
        onClick={() => (isOpen.value = !isOpen.value)}
      >
        {isOpen.value ? 'Close' : 'Pins and events'}
      </button>
      <div
        id="rail"
        class={`rail-sheet ${isOpen.value ? 'open' : ''}`}
        onKeyDown={(event) => {
          const isSheet = matchMedia('(min-width: 768px) and (max-width: 1099px)').matches;
          // A search that is typed is taken back first.
          if (event.key !== 'Escape' || !isSheet || event.target instanceof HTMLInputElement) return;
          event.stopPropagation();
          close();
        }}
      >
        <Rail view={view} />
      </div>
    </>
  );
}
