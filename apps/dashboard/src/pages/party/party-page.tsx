/** A session or run as the party of the talk: children, toys, boxes, orders and rent. */
import { effect } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { drawMemoryCurve, eventAtPixel } from '../../drawing/memory-curve.js';
import { drawPhases, PHASE_ROOM } from '../../drawing/phases.js';
import { Subject } from '../../service/subject.js';
import { ScenarioSteps } from '../../shell/scenario-steps.js';
import { TopBar } from '../../shell/top-bar.js';
import { listenToClockKeys } from '../../time/clock.js';
import { Scrubber } from '../../time/scrubber.js';
import { Transport } from '../../time/transport.js';
import { bytes, count } from '../../words/amounts.js';
import { Glossary } from './glossary.js';
import './party-page.css';
import { PartyView } from './party-view.js';
import { childrenOf, PartyStage } from './party-stage.js';
import { orderBytes } from './rent.js';

interface PartyPageProps {
  readonly kind: 'run' | 'session';
  readonly id: string;
}

const LEAP = 10;

export function PartyPage({ kind, id }: PartyPageProps) {
  const view = useMemo(() => new PartyView(new Subject(kind, id)), [kind, id]);
  const { clock, about, vocabulary } = view;
  useEffect(() => {
    const query = new URLSearchParams(location.search);
    const event = query.get('e');
    if (query.get('words') === 'allocator') vocabulary.value = 'allocator';
    void view.open(event !== null && /^\d{1,15}$/.test(event) ? Number(event) : undefined);
    const stopShow = effect(() => {
      void clock.at.value;
      void view.wanted.value;
      void vocabulary.value;
      view.show();
    });
    const stopAddress = effect(() => writeAddress(view));
    const stopKeys = listenToClockKeys(clock, LEAP);
    const onKey = ({ key, target, ctrlKey, metaKey }: KeyboardEvent): void => {
      const isTyping = target instanceof HTMLElement && /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
      if (isTyping || ctrlKey || metaKey) return;
      if (key.toLowerCase() === 'p') turnWords(view);
      else if (key === ',' || key === '.') view.seekPhase(key === '.' ? 1 : -1);
    };
    document.addEventListener('keydown', onKey);
    return () => {
      stopShow();
      stopAddress();
      stopKeys();
      document.removeEventListener('keydown', onKey);
      view.close();
    };
  }, [view]);
  const shownAbout = about.value;
  useEffect(() => {
    document.title = shownAbout ? `${shownAbout.name} as a party · Heapcast` : 'Party · Heapcast';
  }, [shownAbout]);
  const { map } = view;
  const isReady = map.value !== null && view.sentences.value !== null;
  return (
    <>
      <TopBar
        title={shownAbout?.name ?? ''}
        about={shownAbout ? `${shownAbout.allocator.profile}${shownAbout.grows ? ' · live' : ''}` : ''}
        views={{ kind, id, current: 'party', runs: shownAbout?.runs }}
      />
      {!view.isConnected.value && (
        <p class="notice" role="status">
          Reconnecting. You see event {map.value?.at ?? 0}.
        </p>
      )}
      {view.trouble.value !== null && (
        <p class="notice" role="alert">
          {view.trouble.value}
        </p>
      )}
      <main class="party" data-ready={isReady ? '' : undefined}>
        <div class="party-lead">
          <Finding view={view} />
          <span class="grow" />
          <Glossary table={view.table.value} />
          <span class="segments" role="group" aria-label="Words">
            <button
              type="button"
              aria-pressed={vocabulary.value === 'party'}
              onClick={() => (vocabulary.value = 'party')}
            >
              Party words
            </button>
            <button
              type="button"
              aria-pressed={vocabulary.value === 'allocator'}
              onClick={() => (vocabulary.value = 'allocator')}
            >
              Allocator words
            </button>
          </span>
        </div>
        {shownAbout?.scenario && shownAbout.grows && kind === 'session' && (
          <div class="party-steps">
            <ScenarioSteps session={id} seq={clock.end.value} />
          </div>
        )}
        <PartyStage view={view} />
      </main>
      <footer class="party-dock">
        <div class="party-bar">
          <Transport clock={clock} noun="requests" leap={LEAP} />
          <span class="grow" />
          <span class="party-told" role="status">
            {view.sentences.value?.event}
          </span>
        </div>
        <Scrubber
          clock={clock}
          label="Request"
          valueText={`Request ${clock.at.value} of ${clock.end.value}${phaseAt(view)}. ${view.sentences.value?.state ?? ''}`}
          eventAt={(x, width) => eventAtPixel(x, width, clock.end.value)}
          draw={(surface) => {
            const curve = view.curve.value;
            if (!curve) return;
            const phases = view.phases.value;
            // The names of phases stand above the curve.
            const room = phases.length > 0 ? 1 + PHASE_ROOM / Math.max(40, surface.height - PHASE_ROOM) : 1;
            const most = 1.1 * room * Math.max(1, ...curve.mappedMax);
            const order = orderBytes(view.map.value, about.value?.allocator);
            const isParty = vocabulary.value === 'party' && order > 1;
            const scale = { end: Math.max(1, clock.end.value), least: 0, most };
            drawMemoryCurve(
              surface,
              curve,
              scale,
              clock.at.value,
              isParty ? (value) => orderCount(value / order) : bytes,
            );
            drawPhases(surface, phases, Math.max(1, clock.end.value));
          }}
        />
      </footer>
      <p class="unseen" role="status" aria-live="polite">
        {view.sentences.value ? `Request ${map.value?.at ?? 0}. ${view.sentences.value.state}` : ''}
      </p>
    </>
  );
}

/** `, build report` */
function phaseAt({ phases, clock }: PartyView): string {
  const phase = phases.value.findLast(({ seq }) => seq <= clock.at.value);
  return phase ? `, ${phase.name}` : '';
}

function turnWords({ vocabulary }: PartyView): void {
  vocabulary.value = vocabulary.value === 'party' ? 'allocator' : 'party';
}

/** Half an order is no order: of lines between two there is no number. */
function orderCount(orders: number): string {
  return Math.abs(orders - Math.round(orders)) < 0.01 ? count(orders) : '';
}

/** What keeps an order here, or how many there are. */
function Finding({ view }: { readonly view: PartyView }) {
  const { orders, toys } = view;
  const words = view.words.value;
  const stuck = view.stuck.value;
  if (!view.map.value) return <h1>Reading</h1>;
  const out = orders.value.reduce((sum, { toysOut }) => sum + toysOut, 0);
  const isParty = words.vocabulary === 'party';
  if (!stuck) {
    const rented = orders.value.length;
    return (
      <div class="finding">
        <h1>
          {rented === 0
            ? `No ${words.of('region')} is ${isParty ? 'rented' : 'mapped'}`
            : `${count(rented)} ${words.of('region', rented)} ${isParty ? 'in the room' : 'mapped'}, ${count(out)} ${words.of('block', out)} ${words.out}`}
        </h1>
        <span class="quiet">{view.sentences.value?.state}</span>
      </div>
    );
  }
  const holders = new Set(
    toys.value?.out.filter(({ region }) => region === stuck.region).map(({ group }) => group || childrenOf(view)) ?? [],
  );
  const few = `${stuck.toysOut === 1 ? 'one' : count(stuck.toysOut)} ${words.of('block', stuck.toysOut)} ${stuck.toysOut === 1 ? 'is' : 'are'} still ${words.out}`;
  return (
    <div class="finding">
      <h1>
        {words.title('region')} {stuck.region} cannot {isParty ? 'go back' : 'be unmapped'}: <em>{few}</em>
      </h1>
      <span class="quiet">
        {holders.size > 0 &&
          holders.size <= 3 &&
          `${[...holders].join(' and ')} kept ${stuck.toysOut === 1 ? 'it' : 'them'}`}
      </span>
    </div>
  );
}

let due: ReturnType<typeof setTimeout> | undefined;

/** The moment and the words in the address, a moment after they stopped changing. */
function writeAddress({ clock, vocabulary, about }: PartyView): void {
  const at = clock.at.value;
  const isAllocator = vocabulary.value === 'allocator';
  const isFollowing = about.value?.grows === true && at === clock.end.value;
  const { pathname } = location;
  clearTimeout(due);
  if (!about.value) return;
  due = setTimeout(() => {
    if (location.pathname !== pathname) return;
    const query = new URLSearchParams(location.search);
    if (isFollowing) query.delete('e');
    else query.set('e', String(at));
    if (isAllocator) query.set('words', 'allocator');
    else query.delete('words');
    const text = query.toString();
    history.replaceState(history.state, '', `${pathname}${text === '' ? '' : `?${text}`}`);
  }, 200);
}
