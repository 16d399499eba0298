/** One bar as wide as the mapped bytes: where every one of them is. The keys below sum to it exactly. */
import type { SessionLedger } from '@heapcast/contracts';
import { bytes, exactBytes, share } from '../../words/amounts.js';

const HEADINGS: Readonly<Record<string, readonly [label: string, colour: string, about: string]>> = {
  requested: ['Requested', 'use', 'what the program asked for'],
  rounding: ['Rounding', 'round', 'each block is as large as its size class'],
  poolHeaders: ['Headers', 'over', 'at the start of each pool'],
  freeBlocks: ['Free blocks', 'hold', 'in pools that are in use'],
  poolTails: ['Tails', 'over2', 'too short for one more block'],
  freePools: ['Free pools', 'hold2', 'in arenas that are mapped'],
  arenaAlignment: ['Alignment', 'over2', 'the pool lost in an arena that is not pool-aligned'],
  blockHeaders: ['Headers', 'over', 'before each block'],
  heapStart: ['Alignment', 'over2', 'before the first block'],
};
const ORDER = ['requested', 'rounding', 'poolHeaders', 'blockHeaders', 'freeBlocks', 'poolTails', 'freePools'];
const HELD = ['freeBlocks', 'freePools'];

function rank(name: string): number {
  const place = ORDER.indexOf(name);
  return place < 0 ? ORDER.length : place;
}

interface LedgerProps {
  readonly ledger: SessionLedger;
}

export function Ledger({ ledger: { mapped, entries } }: LedgerProps) {
  const rows = Object.entries(entries)
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([name, value]) => {
      const [label, colour, about] = HEADINGS[name] ?? [name, 'over2', ''];
      return { name, value, label, colour, about };
    });
  const held = rows.reduce((sum, { name, value }) => (HELD.includes(name) ? sum + value : sum), 0);
  const sum = rows.reduce((all, { value }) => all + value, 0);
  return (
    <section class="ledger" aria-labelledby="finding">
      <div class="finding">
        <h1 id="finding">
          {bytes(mapped)} mapped, <em>{bytes(held)} held empty</em>
        </h1>
        <span class="quiet num">The program asked for {bytes(entries['requested'] ?? 0)}</span>
      </div>
      <div class="ledger-bar" aria-hidden="true">
        {rows.map(({ name, value, label, colour, about }) =>
          value === 0 ? null : (
            <i
              key={name}
              style={{ flexGrow: value, background: `var(--${colour})` }}
              title={`${label}: ${exactBytes(value)}, ${share(value, mapped)} – ${about}`}
            />
          ),
        )}
      </div>
      <dl class="ledger-keys num">
        {rows.map(({ name, value, label, colour, about }) => (
          <div key={name} title={about}>
            <dt>
              <i class="square" style={{ background: `var(--${colour})` }} />
              {label}
            </dt>
            <dd title={exactBytes(value)}>{bytes(value)}</dd>
          </div>
        ))}
        <div class="ledger-sum">
          <dt>=</dt>
          <dd>{exactBytes(sum)}</dd>
        </div>
      </dl>
      {sum !== mapped && <p class="notice">The ledger is off by {exactBytes(mapped - sum)}.</p>}
    </section>
  );
}
