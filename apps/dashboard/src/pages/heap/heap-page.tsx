/** A run or session: the heap at a moment, why it is as it is, and time to move through. */
import { effect } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { Subject } from '../../service/subject.js';
import { ScenarioSteps } from '../../shell/scenario-steps.js';
import { TopBar } from '../../shell/top-bar.js';
import { bytes } from '../../words/amounts.js';
import { Dock } from './dock.js';
import { ArenaTable, HeapMapPanes } from './heap-map.js';
import { HeapView } from './heap-view.js';
import './heap-page.css';
import { listenToKeys } from './keys.js';
import { Ledger } from './ledger.js';
import { Rail } from './rail.js';
import { SessionRequests } from './session-requests.js';
import { readAddress, stopWriting, writeAddress } from './address.js';
import { KeysHelp } from './keys-help.js';
import { useLocation } from 'preact-iso';

interface HeapPageProps {
  readonly kind: 'run' | 'session';
  readonly id: string;
}

export function HeapPage({ kind, id }: HeapPageProps) {
  const { route } = useLocation();
  const view = useMemo(() => new HeapView(new Subject(kind, id)), [kind, id]);
  useEffect(() => {
    const { event, arena, pool, block, colouring, range } = readAddress();
    if (colouring) view.colouring.value = colouring;
    view.pool.value = pool;
    view.block.value = block;
    void (async () => {
      await view.open(range?.to ?? event, arena);
      if (range && range.to <= view.end.value) view.compare(range);
    })();
    const stopAddress = effect(() => writeAddress(view));
    const stopKeys = listenToKeys(view, (page) =>
      route(`/${kind === 'run' ? 'r' : 's'}/${encodeURIComponent(id)}/${page}?e=${view.at.value}`),
    );
    return () => {
      stopAddress();
      stopWriting();
      stopKeys();
      view.close();
    };
  }, [view]);
  const about = view.about.value;
  const map = view.told.value;
  useEffect(() => {
    document.title = about ? `${about.name} · Heapcast` : 'Heapcast';
  }, [about]);
  const presence = view.presence.value;
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
          Reconnecting. You see event {view.moment.value}.
        </p>
      )}
      {view.trouble.value !== null && (
        <p class="notice" role="alert">
          {view.trouble.value}
        </p>
      )}
      <main class="heap-page" data-ready={map ? '' : undefined}>
        <div class="heap-left">
          {map && <Ledger view={view} ledger={map.ledger} />}
          {about?.scenario && about.grows && <ScenarioSteps session={id} seq={view.end.value} />}
          {view.subject.mayWrite && about?.grows && !about.scenario && <SessionRequests view={view} />}
          <HeapMapPanes view={view} />
          <ArenaTable view={view} />
        </div>
        <Rail view={view} />
      </main>
      <Dock view={view} />
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
