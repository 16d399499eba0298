/** The part of the party that is drawn: as many orders as there is room for, and the way to the others. */
import { signal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { count } from '../../words/amounts.js';
import { slotKey } from './box-layout.js';
import type { PartyView } from './party-view.js';
import { rentOf } from './rent.js';
import { layOutScene, ordersThatFit } from './scene-layout.js';
import { PartyScene } from './scene.js';
import { groupsOf } from './toys.js';

/** Whoever has no name. */
export function childrenOf({ words }: PartyView): string {
  return `The ${words.value.of('program')}`;
}

export function PartyStage({ view }: { readonly view: PartyView }) {
  const place = useRef<HTMLDivElement>(null);
  const width = useMemo(() => signal(0), []);
  const from = useMemo(() => signal(0), []);
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const watcher = new ResizeObserver(() => (width.value = element.clientWidth));
    watcher.observe(element);
    return () => watcher.disconnect();
  }, []);
  const map = view.map.value;
  const about = view.about.value;
  const orders = view.orders.value;
  const shown = view.shown.value;
  const words = view.words.value;
  const nth = shown ? orders.indexOf(shown) : 0;
  // The order that matters is in sight, unless somebody scrolled.
  const region = shown?.region;
  useEffect(() => {
    if (nth < 0 || width.value === 0) return;
    const fits = ordersThatFit({ width: width.value, orders, from: from.value, shown });
    if (nth < from.value || nth >= from.value + fits) from.value = Math.max(0, nth - 1);
  }, [region, nth, width.value]);
  const known = view.toys.value;
  const others = words.vocabulary === 'party' ? 'Everybody else' : 'Others';
  const groups = groupsOf(known?.out ?? [], view.stuck.value?.region ?? null, childrenOf(view), others);
  const first = Math.min(from.value, Math.max(0, orders.length - 1));
  const room = { width: Math.max(320, width.value), orders, from: first, shown };
  const fits = ordersThatFit(room);
  const toysBySlot = new Map(
    known?.isAll ? known.out.map((toy) => [slotKey(toy.region, toy.pool, toy.index), 2] as const) : [],
  );
  return (
    <div ref={place} class="party-stage">
      {orders.length > fits && (
        <div class="party-orders">
          <button
            class="button"
            type="button"
            disabled={first === 0}
            onClick={() => (from.value = Math.max(0, first - fits))}
          >
            Earlier {words.of('region', 2)}
          </button>
          <label>
            {words.title('region')}
            <select
              class="field"
              value={region}
              onChange={({ currentTarget }) => (view.wanted.value = Number(currentTarget.value))}
            >
              {orders.map((order) => (
                <option key={order.region} value={order.region}>
                  {order.region}: {count(order.toysOut)} {words.of('block', order.toysOut)} {words.out}
                </option>
              ))}
            </select>
          </label>
          <button
            class="button"
            type="button"
            disabled={first + fits >= orders.length}
            onClick={() => (from.value = first + fits)}
          >
            Later {words.of('region', 2)}
          </button>
        </div>
      )}
      {map && about && width.value > 0 && (
        <PartyScene
          scene={layOutScene({ ...room, map, stuck: view.stuck.value, groups, toysBySlot })}
          words={words}
          stuck={view.stuck.value}
          shown={shown}
          rent={rentOf(map, view.curve.value, { ...about, events: view.clock.end.value })}
          summary={summaryOf(view)}
          onChoose={(chosen) => (view.wanted.value = chosen)}
        />
      )}
    </div>
  );
}

/** The picture in words. */
function summaryOf({ orders, words }: PartyView): string {
  const { value } = words;
  const first = orders.value.slice(0, 20).map(({ region, toysOut }) => {
    return `${value.title('region')} ${region}: ${toysOut} ${value.of('block', toysOut)} ${value.out}`;
  });
  return `${orders.value.length} ${value.of('region', orders.value.length)}. ${first.join('. ')}`;
}
