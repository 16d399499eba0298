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
    const told = await view.subject.story(number, at).catch(() => null);
    story.value = told;
    view.storySteps.value = told?.steps.map(({ seq }) => seq) ?? [];
  };
  const chosen = view.block.value;
  const wishes = view.tellStory.value;
  const wanted = blocks.value?.find(({ index }) => index === chosen)?.number;
  useEffect(() => {
    if (wanted !== undefined) void tell(wanted);
    else {
      story.value = null;
      view.storySteps.value = [];
    }
    return () => (view.storySteps.value = []);
  }, [wanted, wishes]);
  const found = blocks.value ?? [];
  const live = found.filter(({ state }) => state === 'live').length;
  return (
    <section class="pool-blocks">
      <h2>
        A{arena} · pool {pool} <span class="num">{counted(live, 'live block')}</span>
        <button class="button" type="button" onClick={() => view.choose(arena, null)}>
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
              class={`block live ${index === chosen ? 'chosen' : ''}`}
              aria-pressed={index === chosen}
              title={`Block ${number}${name ? ` “${name}”` : ''}: ${requested} B in ${size} B`}
              aria-label={`Block ${index}, number ${number}, ${requested} bytes`}
              onClick={() => {
                view.block.value = index;
                view.tellStory.value++;
              }}
            />
          ) : (
            <i key={index} class={`block ${state}`} title={state === 'freed' ? 'free' : 'never used'} />
          ),
        )}
      </div>
      {story.value && (
        <div class="story">
          <p>{story.value.sentence}</p>
          <Facts story={story.value} beside={besides(found, chosen)} />
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

/** The blocks on both sides, as they are now. */
function besides(blocks: readonly BlockView[], chosen: number | null): readonly BlockView[] {
  if (chosen === null) return [];
  return blocks.filter(({ index }) => index === chosen - 1 || index === chosen + 1);
}

interface FactsProps {
  readonly story: BlockStory;
  readonly beside: readonly BlockView[];
}

/** Who asked, when, for how long, what lies beside it. */
function Facts({ story, beside }: FactsProps) {
  const site = story.steps[0]?.site;
  return (
    <dl class="facts num">
      <dt>Asked by</dt>
      <dd class="mono">{site ? `${site.function} ${site.file}:${site.line}` : 'site not recorded'}</dd>
      <dt>Lived</dt>
      <dd>
        {counted(story.lifetime.events, 'event')}
        {story.freed === null ? ', to the end' : ''}
      </dd>
      <dt>Beside it</dt>
      <dd>
        {beside.length === 0 && 'nothing'}
        {beside
          .map(({ index, state, number, name }) =>
            state === 'live'
              ? `${index}: ${name ?? `block ${number}`}`
              : `${index}: ${state === 'freed' ? 'free' : 'never used'}`,
          )
          .join(' · ')}
      </dd>
    </dl>
  );
}
