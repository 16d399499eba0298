/** The blocks of the chosen pool, and the story of the one that is asked for. */
import { signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { BlockStory, BlockView } from '../../service/subject.js';
import { count, counted } from '../../words/amounts.js';
import type { HeapView } from './heap-view.js';

export function PoolBlocks({ view }: { readonly view: HeapView }) {
  const blocks = useMemo(() => signal<readonly BlockView[] | null>(null), []);
  const story = useMemo(() => signal<BlockStory | null>(null), []);
  const arena = view.arena.value;
  const pool = view.pool.value;
  const at = view.moment.value;
  useEffect(() => {
    let isWanted = true;
    if (arena === null || pool === null || view.playing.value) return undefined;
    void (async () => {
      const found = await view.subject.pool(at, arena, pool).catch(() => []);
      if (isWanted) blocks.value = found;
    })();
    return () => (isWanted = false);
  }, [arena, pool, at]);
  const tell = async (number: number): Promise<void> => {
    story.value = await view.subject.story(number, at).catch(() => null);
  };
  const found = blocks.value ?? [];
  const live = found.filter(({ state }) => state === 'live').length;
  return (
    <section class="pool-blocks">
      <h2>
        A{arena} · pool {pool} <span class="num">{counted(live, 'live block')}</span>
        <button class="button" type="button" onClick={() => (view.pool.value = null)}>
          Close
        </button>
      </h2>
      {found.length === 0 && <p class="dim">It has no blocks now.</p>}
      <div class="blocks">
        {found.map(({ index, state, number, requested, size, name }) =>
          state === 'live' && number !== undefined ? (
            <button
              key={index}
              type="button"
              class="block live"
              title={`Block ${number}${name ? ` “${name}”` : ''}: ${requested} B in ${size} B`}
              aria-label={`Block ${index}, number ${number}, ${requested} bytes`}
              onClick={() => void tell(number)}
            />
          ) : (
            <i key={index} class={`block ${state}`} title={state === 'freed' ? 'free' : 'never used'} />
          ),
        )}
      </div>
      {story.value && (
        <div class="story">
          <p>{story.value.sentence}</p>
          <ol>
            {story.value.steps.map(({ seq, sentence }) => (
              <li key={seq}>
                <button type="button" onClick={() => view.seek(seq)}>
                  <span class="num dim">{count(seq)}</span> {sentence}
                </button>
              </li>
            ))}
          </ol>
        </div>
      )}
    </section>
  );
}
