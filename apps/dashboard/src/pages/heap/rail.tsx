/** Why memory stays mapped: pinned arenas, what pins the chosen one, and what happened around this event. */
import type { SessionEvent } from '@heapcast/contracts';
import type { PinnedRegion, PinningBlock } from '../../service/subject.js';
import { bytes, count, counted } from '../../words/amounts.js';
import type { HeapView } from './heap-view.js';
import { PoolBlocks } from './pool-blocks.js';

const MOST_ROWS = 7;
const MOST_SITES = 5;

export function Rail({ view }: { readonly view: HeapView }) {
  return (
    <aside class="rail" aria-label="Why memory stays mapped">
      <PinnedArenas view={view} />
      {view.pool.value === null ? <WhatPins view={view} /> : <PoolBlocks view={view} />}
      <Events view={view} />
    </aside>
  );
}

function PinnedArenas({ view }: { readonly view: HeapView }) {
  const pins = view.pins.value?.at === view.moment.value ? view.pins.value : null;
  const mapped = view.map.value?.region.length ?? 0;
  const rows = [...(pins?.regions ?? [])].sort((a, b) => a.liveBlocks - b.liveBlocks);
  return (
    <section>
      <h2>
        Pinned arenas <span class="num">{pins ? `${pins.pinned} of ${mapped}` : ''}</span>
      </h2>
      {rows.length === 0 ? (
        <p class="dim">{pins ? 'None: no arena that was more than half full is nearly empty now.' : 'Finding out …'}</p>
      ) : (
        <table class="pins num">
          <thead>
            <tr>
              <th>Arena</th>
              <th class="right">Live blocks</th>
              <th class="right">Live</th>
              <th class="right">Unused</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, MOST_ROWS).map((row) => (
              <PinRow key={row.region} row={row} view={view} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function PinRow({ row, view }: { readonly row: PinnedRegion; readonly view: HeapView }) {
  const { region, liveBlocks, occupiedBytes, size } = row;
  return (
    <tr class={view.arena.value === region ? 'chosen' : ''} onClick={() => view.choose(region)}>
      <td>
        <button type="button" aria-pressed={view.arena.value === region} onClick={() => view.choose(region)}>
          A{region}
        </button>
      </td>
      <td class="right">{count(liveBlocks)}</td>
      <td class="right dim">{bytes(occupiedBytes)}</td>
      <td class="right">{bytes(size - occupiedBytes)}</td>
    </tr>
  );
}

/** Live blocks by the line that asked for them. */
function bySite(blocks: readonly PinningBlock[]): readonly (readonly [string, number])[] {
  const sites = new Map<string, number>();
  for (const { site } of blocks) {
    const name = site ? `${site.file}:${site.line}` : 'site not recorded';
    sites.set(name, (sites.get(name) ?? 0) + 1);
  }
  return [...sites].sort(([, a], [, b]) => b - a).slice(0, MOST_SITES);
}

function WhatPins({ view }: { readonly view: HeapView }) {
  const arena = view.arena.value;
  const pinned = view.pins.value?.regions.find(({ region }) => region === arena);
  if (arena === null) return null;
  if (!pinned) {
    return (
      <section>
        <h2>What fills A{arena}</h2>
        <p class="dim">It is not pinned. Click a pool to see its blocks.</p>
      </section>
    );
  }
  const sites = bySite(pinned.blocks);
  const most = Math.max(1, ...sites.map(([, blocks]) => blocks));
  return (
    <section>
      <h2>
        What pins A{arena} <span class="num">{counted(pinned.liveBlocks, 'block')}</span>
      </h2>
      {sites.map(([name, blocks]) => (
        <div key={name} class="site num">
          <span class="mono">{name}</span>
          <b>{count(blocks)}</b>
          <i class="measure">
            <i style={{ width: `${Math.max(2, (100 * blocks) / most)}%` }} />
          </i>
        </div>
      ))}
    </section>
  );
}

const FREES: ReadonlySet<string> = new Set(['freed']);

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

function Events({ view }: { readonly view: HeapView }) {
  const details = view.details.value;
  return (
    <section class="events">
      <h2>
        Events <span>time →</span>
      </h2>
      {details && <p class="sentence">{details.sentence}</p>}
      <ol class="event-log mono">
        {details?.events.map((event) => (
          <li
            key={event.seq}
            class={event.seq === details.at ? 'now' : event.seq > details.at ? 'future' : ''}
            aria-current={event.seq === details.at ? 'step' : undefined}
          >
            <button type="button" onClick={() => view.seek(event.seq)}>
              <span>{count(event.seq)}</span>
              <span class={FREES.has(event.outcome) ? 'gave-back' : 'asked'}>{event.op}</span>
              <span class="what">{what(event)}</span>
              <span>{placeOf(event)}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
