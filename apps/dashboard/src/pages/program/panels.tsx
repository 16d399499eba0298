/** Beside the diagram: what has leaked, what the collector did, what is open, what went wrong. */
import type { LeakKindName, LeakView, LossRecordView, ProgramGc, ProgramView } from '@heapcast/contracts';
import { bytes, count, counted } from '../../words/amounts.js';
import type { ProgramPageView } from './program-view.js';
import { short } from './words.js';

const KINDS: Readonly<Record<LeakKindName, string>> = {
  definite: 'definitely lost',
  indirect: 'indirectly lost',
  possible: 'possibly lost',
  reachable: 'still reachable',
};
const ORDER = ['definite', 'indirect', 'possible', 'reachable'] as const;
/** Records that are listed. */
const MOST_RECORDS = 12;

export function Panels({ view }: { readonly view: ProgramPageView }) {
  const now = view.moment.value;
  if (!now?.state) return null;
  const { state, leaks } = now;
  return (
    <>
      {leaks && <LeakPanel view={view} leaks={leaks} />}
      {state.gc && <CollectorPanel view={view} gc={state.gc} />}
      {state.resources.total > 0 && <ResourcePanel state={state} leaks={leaks} />}
      {state.errors.total > 0 && (
        <section aria-labelledby="errors-title">
          <h2 id="errors-title">What went wrong</h2>
          <ul class="facts">
            {state.errors.items.map(({ at, outcome, text, function: name, line, count: times }) => (
              <li key={`${at} ${outcome}`} class="alarming">
                <bdi>{text}</bdi>
                <small>
                  {short(name)}, line {line}
                  {times > 1 ? `, ${times} times` : ''}
                </small>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function LeakPanel({ view, leaks }: { readonly view: ProgramPageView; readonly leaks: LeakView }) {
  const { summary, records, differs, note } = leaks;
  const told = records.items.filter(({ kind }) => kind !== 'reachable');
  const reachable = records.items.filter(({ kind }) => kind === 'reachable');
  return (
    <section aria-labelledby="leaks-title">
      <h2 id="leaks-title">Leaks</h2>
      <dl class="sums num">
        {ORDER.map((kind) => (
          <div key={kind} class={kind !== 'reachable' && summary[kind].bytes > 0 ? 'alarming' : ''}>
            <dt>{KINDS[kind]}</dt>
            <dd>
              {bytes(summary[kind].bytes)} <small>in {counted(summary[kind].blocks, 'block')}</small>
            </dd>
          </div>
        ))}
      </dl>
      {told.length > 0 && <Records view={view} records={told} />}
      {reachable.length > 0 && (
        <details>
          <summary>Still reachable, by call path</summary>
          <Records view={view} records={reachable} />
        </details>
      )}
      {differs.length > 0 && (
        <details>
          <summary>Where other tools would say otherwise</summary>
          <ul class="facts">
            {differs.map(({ rule, text }) => (
              <li key={rule}>{text}</li>
            ))}
          </ul>
        </details>
      )}
      <details>
        <summary>What the answer rests on</summary>
        <p class="dim">{note}</p>
      </details>
    </section>
  );
}

function Records({ view, records }: { readonly view: ProgramPageView; readonly records: readonly LossRecordView[] }) {
  return (
    <ul class="facts">
      {records
        .slice(0, MOST_RECORDS)
        .map(({ kind, bytes: size, blocks, types, path, allocator, objects, lastReachable }, i) => {
          const [id] = objects.first;
          return (
            <li
              key={i}
              class={kind === 'reachable' ? '' : 'alarming'}
              onPointerEnter={() => (view.hovered.value = id ?? null)}
              onPointerLeave={() => (view.hovered.value = null)}
            >
              <span>
                <bdi>{short(types.join(', '))}</bdi>: {bytes(size)} {KINDS[kind]}
                {blocks > 1 ? `, ${counted(blocks, 'block')}` : ''}
              </span>
              <small>
                {allocator === 'object' ? 'made' : allocator} in{' '}
                <bdi>{path.map((place) => `${short(place.function)} line ${place.line}`).join(' ← ')}</bdi>
              </small>
              {lastReachable && (
                <button class="link" type="button" onClick={() => view.seek(lastReachable.seq)}>
                  lost at event {count(lastReachable.seq)}
                </button>
              )}
            </li>
          );
        })}
      {records.length > MOST_RECORDS && <li class="dim">and {counted(records.length - MOST_RECORDS, 'more place')}</li>}
    </ul>
  );
}

function CollectorPanel({ view, gc }: { readonly view: ProgramPageView; readonly gc: ProgramGc }) {
  const { enabled, counts, thresholds, stats, permanent, garbage, examined, longestPause, budget } = gc;
  const at = view.at.value;
  const visits = view.stops.value
    .filter(({ seq, move }) => seq <= at && (move?.event.effects?.collections?.length ?? 0) > 0)
    .slice(-5)
    .reverse();
  return (
    <section aria-labelledby="gc-title">
      <h2 id="gc-title">
        Collector
        <span class={enabled ? 'dim' : 'alarming'}>{enabled ? 'on' : 'off'}</span>
      </h2>
      <table class="generations num">
        <thead>
          <tr>
            <th scope="col">Gen</th>
            <th scope="col" class="right">
              Objects
            </th>
            <th scope="col" class="right">
              Count
            </th>
            <th scope="col" class="right">
              Runs
            </th>
            <th scope="col" class="right">
              Freed
            </th>
          </tr>
        </thead>
        <tbody>
          {stats.map(({ collections, collected, uncollectable, objects }, i) => (
            <tr key={i}>
              <td>{i}</td>
              <td class="right">{count(objects)}</td>
              <td class="right">
                {counts[i] ?? 0}/{thresholds[i] ?? 0}
              </td>
              <td class="right">{count(collections)}</td>
              <td class="right" title={`${count(uncollectable)} uncollectable`}>
                {count(collected)}
                {uncollectable > 0 ? ` (+${count(uncollectable)})` : ''}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="dim">
        {counted(examined, 'object')} visited in all, {count(longestPause)} at most at once
        {permanent > 0 ? `, ${count(permanent)} frozen` : ''}
        {garbage.count > 0 ? `, ${count(garbage.count)} in gc.garbage` : ''}
        {budget === undefined ? '' : `, budget ${bytes(budget)}`}.
      </p>
      <ul class="facts">
        {visits.flatMap(({ seq, end, move }) =>
          (move?.event.effects?.collections ?? []).map((each, i) => (
            <li key={`${seq} ${i}`}>
              <button class="link" type="button" onClick={() => view.seek(end)}>
                Event {count(seq)}
              </button>
              <small>
                generation {each.generation}: visited {count(each.examined)}, freed {count(each.collected)}
                {each.uncollectable > 0 ? `, ${count(each.uncollectable)} uncollectable` : ''}
                {each.automatic ? ', by itself' : ''}
              </small>
            </li>
          )),
        )}
      </ul>
    </section>
  );
}

function ResourcePanel({ state, leaks }: { readonly state: ProgramView; readonly leaks: LeakView | null }) {
  const left = new Map(leaks?.resources.items.map((resource) => [resource.id, resource]) ?? []);
  return (
    <section aria-labelledby="resources-title">
      <h2 id="resources-title">
        Resources
        <span class="dim num">{state.openResources} open</span>
      </h2>
      <ul class="facts">
        {state.resources.items.slice(0, 20).map(({ id, kind, name, descriptor, owner, open }) => {
          const leaked = left.get(id);
          return (
            <li key={id} class={leaked?.state === 'lost' ? 'alarming' : ''}>
              <span>
                {kind} {descriptor} <bdi>{short(name)}</bdi>
                {open ? (leaked?.state === 'lost' ? ', lost' : ', open') : ', closed'}
              </span>
              <small>
                {owner === null ? 'its owner is gone' : `owned by object ${owner}`}
                {leaked ? `. ${leaked.note}` : ''}
              </small>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
