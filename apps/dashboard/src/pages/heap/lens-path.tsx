/** Where one is in the heap, as a way back: `Heap / A20 / pool 17`. Seen where the lens takes the place of the overview. */
import type { HeapView } from './heap-view.js';

interface LensPathProps {
  readonly view: HeapView;
  readonly leave: () => void;
}

export function LensPath({ view, leave }: LensPathProps) {
  const arena = view.arena.value;
  const pool = view.pool.value;
  return (
    <nav class="lens-path" aria-label="Place in the heap">
      <button type="button" onClick={leave}>
        Heap
      </button>
      {arena !== null && (
        <>
          <span aria-hidden="true">/</span>
          <button
            type="button"
            aria-current={pool === null ? 'location' : undefined}
            onClick={() => view.choose(arena, null)}
          >
            A{arena}
          </button>
        </>
      )}
      {pool !== null && (
        <>
          <span aria-hidden="true">/</span>
          <b aria-current="location">pool {pool}</b>
        </>
      )}
    </nav>
  );
}
