/** A run or session: the heap at a moment, why it is as it is, and time to move through. */
import { effect } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo } from 'preact/hooks';
import { Subject } from '../../service/subject.js';
import { ScenarioSteps } from '../../shell/scenario-steps.js';
import { TopBar } from '../../shell/top-bar.js';
import { bytes, count } from '../../words/amounts.js';
import { Dock } from './dock.js';
import { ArenaTable, HeapMapPanes } from './heap-map.js';
import { HeapView } from './heap-view.js';
import './heap-page.css';
import './ledger.css';
import './rail.css';
import './dock.css';
import './heap-widths.css';
import { listenToKeys } from './keys.js';
import { Ledger } from './ledger.js';
import { RailSheet } from './rail-sheet.js';
import { SessionRequests } from './session-requests.js';
import { readAddress, stopWriting, writeAddress } from './address.js';
import { Indexing } from './indexing.js';
import { KeysHelp } from './keys-help.js';
import { MistakeBar } from './mistake-bar.js';
import { Mistakes } from './mistakes.js';
import { reconnect } from './reconnection.js';
import { useLocation } from 'preact-iso';

interface HeapPageProps {
  readonly kind: 'run' | 'session';
  readonly id: string;
}

export function HeapPage({ kind, id }: HeapPageProps) {
  const { route } = useLocation();
  const view = useMemo(() => new HeapView(new Subject(kind, id)), [kind, id]);
  const mistakes = useMemo(() => new Mistakes(view), [view]);
  const indexing = useMemo(() => new Indexing(view), [view]);
  // Before the empty page is painted: what it shows is asked for as soon as can be.
  useLayoutEffect(() => {
    const { event, arena, pool, block, colouring, range } = readAddress();
    if (colouring) view.colouring.value = colouring;
    view.pool.value = pool;
    view.block.value = block;
    const open = async (): Promise<void> => {
      await view.open(range?.to ?? event, arena);
      if (range && range.to <= view.end.value) view.compare(range);
    };
    void open();
    const stops = [mistakes.watch(), reconnect(view), indexing.watch(() => void open())];
    const stopAddress = effect(() => writeAddress(view));
    const stopKeys = listenToKeys(view, (page) =>
      route(`/${kind === 'run' ? 'r' : 's'}/${encodeURIComponent(id)}/${page}?e=${view.at.value}`),
    );
    return () => {
      stopAddress();
      stopWriting();
      stopKeys();
      for (const stop of stops) stop();
      view.close();
    };
  }, [view]);
  const about = view.about.value;
  const map = view.told.value;
  useEffect(() => {
    document.title = about ? `${about.name} · Heapcast` : 'Heapcast';
  }, [about]);
  const presence = view.presence.value;
  /** Nothing happened yet: there is nothing to explain. */
  const isEmpty = about !== null && map !== null && view.end.value === 0;
  return (
    <>
      <TopBar
        title={about?.name ?? ''}
        about={about ? `${about.allocator.profile} · ${about.allocator.model}${about.grows ? ' · live' : ''}` : ''}
        views={{ kind, id, current: 'heap', runs: about?.runs }}
      >
        {presence && (
          <span class="dim num" title={presence.names.join(', ')}>
            {presence.count} here
          </span>
        )}
      </TopBar>
      {!view.isConnected.value && (
        <p class="notice" role="status">
          Reconnecting. You see event {count(view.moment.value)}.
        </p>
      )}
      {view.trouble.value !== null && (
        <p class="notice" role="alert">
          {view.trouble.value}
        </p>
      )}
      <MistakeBar view={view} mistakes={mistakes} />
      <main class={`heap-page ${isEmpty ? 'nothing' : ''}`} data-ready={map ? '' : undefined}>
        <div class="heap-left">
          {isEmpty && <h1 class="unseen">{about.name}</h1>}
          {map && !isEmpty && <Ledger view={view} ledger={map.ledger} />}
          {about?.scenario && about.grows && <ScenarioSteps session={id} seq={view.end.value} />}
          {view.subject.mayWrite && about?.grows && !about.scenario && <SessionRequests view={view} />}
          <HeapMapPanes view={view} />
          <ArenaTable view={view} />
        </div>
        {!isEmpty && <RailSheet view={view} />}
      </main>
      <Dock view={view} indexing={indexing} />
      <KeysHelp view={view} />
      <p class="unseen" role="status" aria-live="polite">
        {spoken(view)}
      </p>
    </>
  );
}

/** Said when the page rests; not at every frame. */
function spoken({ details, pins, told: map, arena }: HeapView): string {
  const now = details.value;
  if (!now || !map.value) return '';
  const found = pins.value;
  const pinned = found?.at === now.at ? `${found.pinned} of ${map.value.region.length} arenas are pinned.` : '';
  const mapped = `${bytes(map.value.totals.mappedBytes)} mapped in ${map.value.region.length} arenas`;
  const chosen = arena.value === null ? '' : `Selected arena ${arena.value}.`;
  return `Event ${now.at}. ${mapped}, ${bytes(map.value.totals.requestedBytes)} requested. ${pinned} ${chosen}`;
}
