/** The chosen pool: how it stands, who holds it, its blocks, and the story of the one that is asked for. */
import { signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { BlockStory, BlockView } from '../../service/subject.js';
import { count, counted } from '../../words/amounts.js';
import type { HeapView } from './heap-view.js';
import { ownersOf, type PoolFound } from './pool-detail.js';

const MOST_OWNERS = 5;

export function PoolBlocks({ view }: { readonly view: HeapView }) {
  const story = useMemo(() => signal<BlockStory | null>(null), []);
  const arena = view.arena.value;
  const pool = view.pool.value;
  const at = view.moment.value;
  useEffect(() => {
    if (arena === null || pool === null || view.playing.value) return;
    // What cannot be read is not shown; the page says why where it says what is wrong.
    view.poolDetail.read(at, arena, pool).catch(() => view.poolDetail.forget());
  }, [arena, pool, at, view.playing.value]);
  useEffect(() => () => view.poolDetail.forget(), [arena, pool]);
  const detail = view.poolDetail.found.value;
  const tell = async (number: number): Promise<void> => {
    const told = await view.subject.story(number, at).catch(() => null);
    story.value = told;
    view.storySteps.value = told?.steps.map(({ seq }) => seq) ?? [];
  };
  const chosen = view.block.value;
  const wishes = view.tellStory.value;
  const wanted = detail?.blocks.find(({ index }) => index === chosen)?.number;
  useEffect(() => {
    if (wanted !== undefined) void tell(wanted);
    else {
      story.value = null;
      view.storySteps.value = [];
    }
    return () => (view.storySteps.value = []);
  }, [wanted, wishes]);
  const found = detail?.blocks ?? [];
  return (
    <section class="pool-blocks">
      <h2>
        A{arena} · pool {pool}{' '}
        <span class="num">{detail?.state && `${count(detail.state.used)} of ${count(detail.state.capacity)}`}</span>
        <button class="button" type="button" onClick={() => view.choose(arena, null)}>
          Close
        </button>
      </h2>
      {detail && <PoolFacts found={detail} />}
      {detail && found.length === 0 && <p class="dim">It is free: any class may take it.</p>}
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
            <i key={index} class={`block ${state}`} title={`Block ${index}: ${turnOf(detail, index, state)}`} />
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

/** Free or never used, and when it will be handed out. */
function turnOf(detail: PoolFound | null, index: number, state: string): string {
  const turn = detail?.state?.next.indexOf(index) ?? -1;
  const what = state === 'freed' ? 'free' : 'never used';
  return turn < 0 ? what : `${what}, ${turn === 0 ? 'handed out next' : `number ${turn + 1} to be handed out`}`;
}

function PoolFacts({ found }: { readonly found: PoolFound }) {
  const { state } = found;
  if (!state) return null;
  const owners = ownersOf(found);
  const rest = owners.slice(MOST_OWNERS).reduce((sum, [, blocks]) => sum + blocks, 0);
  const [next] = state.next;
  return (
    <dl class="facts num">
      <dt>Class</dt>
      <dd>{state.size === null ? 'none yet' : `${state.size} B`}</dd>
      <dt>Address</dt>
      <dd class="mono">{state.address}</dd>
      <dt>Not in use</dt>
      <dd>
        {count(state.freed)} freed, {count(state.untouched)} never used
      </dd>
      {state.used > 0 && (
        <>
          <dt>Next out</dt>
          <dd>
            {next === undefined
              ? 'none: it is full'
              : `block ${next}, ${state.freed > 0 ? 'the last one freed' : 'never used so far'}`}
          </dd>
        </>
      )}
      {owners.length > 0 && (
        <>
          <dt>Held by</dt>
          <dd>
            <ul class="owners">
              {owners.slice(0, MOST_OWNERS).map(([owner, blocks]) => (
                <li key={owner}>
                  <span class="mono">{owner}</span> <b>{count(blocks)}</b>
                </li>
              ))}
              {rest > 0 && (
                <li>
                  others <b>{count(rest)}</b>
                </li>
              )}
            </ul>
          </dd>
        </>
      )}
    </dl>
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
