/**
 * One bar as wide as the mapped bytes: where every one of them is. The keys below sum to it exactly. What is under the pointer, or
 * was chosen, stays in the map while the rest fades; while a range is chosen, each key also says what changed.
 */
import type { SessionLedger } from '@heapcast/contracts';
import { bytes, exactBytes, share } from '../../words/amounts.js';
import type { HeapView } from './heap-view.js';
import { HEADINGS, HELD, inOrder, OTHER } from './ledger-parts.js';

interface LedgerProps {
  readonly view: HeapView;
  readonly ledger: SessionLedger;
}

function changed(now: number, before: number): string {
  const sign = now < before ? '−' : '+';
  return now === before ? '±0' : `${sign}${bytes(Math.abs(now - before))}`;
}

export function Ledger({ view, ledger: { mapped, entries } }: LedgerProps) {
  const rows = inOrder(Object.keys(entries)).map((name) => {
    const [label, colour, about] = HEADINGS[name] ?? [name, 'over2', '', 0];
    return { name, value: entries[name] ?? 0, label, colour, about };
  });
  const held = rows.reduce((sum, { name, value }) => (HELD.includes(name) ? sum + value : sum), 0);
  const sum = rows.reduce((all, { value }) => all + value, 0);
  const other = rows.reduce((all, { name, value }) => (OTHER.includes(name) ? all + value : all), 0);
  const kept = view.heading.value;
  const isKept = (name: string): boolean => name === kept || (kept === 'other' && OTHER.includes(name));
  const before = view.compared.value?.before ?? null;
  const hover = (name: string | null) => (): void => void (view.hoveredHeading.value = name);
  return (
    <section class="ledger" aria-labelledby="finding">
      <div class="finding">
        <h1 id="finding">
          {bytes(mapped)} mapped, <em>{bytes(held)} held empty</em>
        </h1>
        <span class="quiet num">The program asked for {bytes(entries['requested'] ?? 0)}</span>
      </div>
      <div class={`ledger-bar ${kept === null ? '' : 'kept'}`} aria-hidden="true">
        {rows.map(({ name, value, label, colour, about }) =>
          value === 0 ? null : (
            <i
              key={name}
              class={`${isKept(name) ? 'on' : ''} ${name === 'arenaAlignment' ? 'hatched' : ''}`}
              style={{ flexGrow: value, background: `var(--${colour})` }}
              title={`${label}: ${exactBytes(value)}, ${share(value, mapped)} – ${about}`}
              onPointerEnter={hover(name)}
              onPointerLeave={hover(null)}
              onClick={() => view.keep(name)}
            />
          ),
        )}
      </div>
      <div class="ledger-keys num" role="group" aria-label="Where the mapped bytes are">
        {rows.map(({ name, value, label, colour, about }) => (
          <button
            key={name}
            type="button"
            class={OTHER.includes(name) ? 'minor' : ''}
            aria-pressed={name === kept}
            title={`${exactBytes(value)}, ${share(value, mapped)}: ${about}. Click: only this in the map.`}
            onClick={() => view.keep(name)}
            onPointerEnter={hover(name)}
            onPointerLeave={hover(null)}
          >
            <i class="square" style={{ background: `var(--${colour})` }} />
            {label} <b>{bytes(value)}</b>
            {before && <small>{changed(value, before.ledger.entries[name] ?? 0)}</small>}
          </button>
        ))}
        <button
          type="button"
          class="other"
          aria-pressed={kept === 'other'}
          title={`${exactBytes(other)}, ${share(other, mapped)}: tails and alignment. Click: only this in the map.`}
          onClick={() => view.keep('other')}
          onPointerEnter={hover('other')}
          onPointerLeave={hover(null)}
        >
          <i class="square" style={{ background: 'var(--over2)' }} />
          Other <b>{bytes(other)}</b>
        </button>
        <span class="ledger-sum">
          = <b>{exactBytes(sum)}</b>
        </span>
      </div>
      {sum !== mapped && <p class="notice">The ledger is off by {exactBytes(mapped - sum)}.</p>}
    </section>
  );
}
