/** The events around this one, or those that a search finds. */
import type { SessionEvent } from '@heapcast/contracts';
import type { FoundEvent } from '../../service/subject.js';
import { count } from '../../words/amounts.js';
import type { HeapView } from './heap-view.js';
import { SEARCH_HELP } from './search-help.js';

const KINDS = ['malloc', 'calloc', 'realloc', 'free', 'mark'] as const;

function placeOf({ arena, pool, index, address, outcome }: SessionEvent): string {
  if (outcome === 'raw') return 'system';
  if (arena === null) return '';
  return pool === null ? `0x${(address ?? 0).toString(16)}` : `A${arena}·${pool}·${index}`;
}

function what({ op, size, label, name, outcome }: SessionEvent): string {
  if (op === 'mark') return label ?? '';
  const mistake = ['doubleFree', 'invalidFree', 'invalidRealloc', 'outOfMemory'].includes(outcome) ? ` ${outcome}` : '';
  return `${name ?? ''}${op === 'free' ? '' : ` ${count(size)} B`}${mistake}`.trim();
}

export function EventLog({ view }: { readonly view: HeapView }) {
  const { search, details } = view;
  const isSearching = search.query.value !== '';
  return (
    <section class="events">
      <h2>
        Events <span>time →</span>
      </h2>
      {details.value && !isSearching && <p class="sentence">{details.value.sentence}</p>}
      <form class="event-search" role="search" onSubmit={(event) => event.preventDefault()}>
        <input
          class="field"
          type="search"
          aria-label="Search events"
          placeholder="leak:  arena:16  size:>512  audit.py"
          title={SEARCH_HELP}
          maxLength={200}
          value={search.typed.value}
          onInput={({ currentTarget }) => search.type(currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            search.type('');
            event.currentTarget.blur();
          }}
        />
        <select
          class="field"
          aria-label="Kind of event"
          value={search.op.value}
          onChange={({ currentTarget }) => search.choose(currentTarget.value)}
        >
          <option value="">any</option>
          {KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {kind}
            </option>
          ))}
        </select>
      </form>
      {search.unknown.value.length > 0 && (
        <p class="dim" role="status">
          Not understood: {search.unknown.value.join(', ')}. {SEARCH_HELP}
        </p>
      )}
      {isSearching ? <Found view={view} /> : <Around view={view} />}
    </section>
  );
}

function Around({ view }: { readonly view: HeapView }) {
  const details = view.details.value;
  const speed = view.speed.value;
  if (view.playing.value && speed > 1) {
    return <p class="dim num">{speed >= 1000 ? `${speed / 1000}k` : speed} events per second</p>;
  }
  return (
    <ol class="event-log mono">
      {details?.events.map((event) => (
        <Row key={event.seq} event={event} at={details.at} view={view} />
      ))}
    </ol>
  );
}

function Found({ view }: { readonly view: HeapView }) {
  const { search, at } = view;
  const found = search.found.value;
  const share = search.end.value === 0 ? 1 : search.looked.value / search.end.value;
  return (
    <>
      <p class="dim num" role="status">
        {found.length === 0 && !search.busy.value
          ? 'Nothing found.'
          : `${count(found.length)}${search.next.value === null ? '' : '+'} found${search.busy.value ? `, ${Math.floor(100 * share)} % looked at` : ''}`}
      </p>
      <ol class="event-log found mono">
        {found.map((event) => (
          <Row key={event.seq} event={event} at={at.value} view={view} />
        ))}
      </ol>
      {search.next.value !== null && !search.busy.value && (
        <button class="button" type="button" onClick={() => void search.more()}>
          More
        </button>
      )}
    </>
  );
}

interface RowProps {
  readonly event: SessionEvent | FoundEvent;
  readonly at: number;
  readonly view: HeapView;
}

function Row({ event, at, view }: RowProps) {
  const place = 'place' in event && event.place ? `${event.place.file}:${event.place.line}` : '';
  const go = (): void => {
    view.seek(event.seq);
    if (event.arena === null || event.outcome === 'freed') return;
    view.choose(event.arena, event.pool);
    view.block.value = event.index;
  };
  return (
    <li
      class={event.seq === at ? 'now' : event.seq > at ? 'future' : ''}
      aria-current={event.seq === at ? 'step' : undefined}
    >
      <button type="button" title={place} onClick={go}>
        <span>{count(event.seq)}</span>
        <span class={event.outcome === 'freed' ? 'gave-back' : 'asked'}>{event.op}</span>
        <span class="what">{what(event)}</span>
        <span>{placeOf(event)}</span>
      </button>
    </li>
  );
}
