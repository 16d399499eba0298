/** One bar as wide as the mapped bytes: where every one of them is. The keys below sum to it exactly. */
import type { SessionLedger } from '@heapcast/contracts';
import { bytes, exactBytes, share } from '../../words/amounts.js';
import { heldEmpty, ledgerRows } from '../../words/ledger-words.js';

interface LedgerProps {
  readonly ledger: SessionLedger;
}

export function Ledger({ ledger }: LedgerProps) {
  const { mapped, entries } = ledger;
  const rows = ledgerRows(ledger);
  const held = heldEmpty(ledger);
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
