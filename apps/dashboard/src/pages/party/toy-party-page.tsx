/** The toy party of the talk, given by four strategies and compared by the bill. */
import { useLocation } from 'preact-iso';
import { useEffect, useMemo } from 'preact/hooks';
import { TopBar } from '../../shell/top-bar.js';
import { count, counted } from '../../words/amounts.js';
import { FIELDS, type PartyAnswer, STRATEGIES, type Strategy, type StrategyResult, ToyParty } from './toy-party.js';
import './toy-party-page.css';

export function ToyPartyPage() {
  const party = useMemo(() => new ToyParty(), []);
  const { route } = useLocation();
  useEffect(() => {
    document.title = 'The toy party · Heapcast';
    void party.give();
  }, [party]);
  const answer = party.answer.value;
  const watch = async (strategy: Strategy): Promise<void> => {
    const path = await party.watch(strategy);
    if (path !== null) route(path);
  };
  return (
    <>
      <TopBar title="The toy party" about="four ways to order" />
      {party.trouble.value !== null && (
        <p class="notice" role="alert">
          {party.trouble.value}
        </p>
      )}
      <main class="toy-party" data-ready={answer ? '' : undefined}>
        {answer && <Finding answer={answer} />}
        <p class="lead">
          Groups of children come and go, and need toys. Toys lie in collections, collections come in orders, and the
          vendor rents out whole orders by the hour. Whoever gives the party is the allocator; the vendor is the
          operating system.
        </p>
        <TermsForm party={party} />
        {answer && (
          <div class="strategies">
            {answer.strategies.map((result) => (
              <StrategyCard
                key={result.strategy}
                answer={answer}
                result={result}
                isBusy={party.isBusy.value}
                onWatch={() => void watch(result.strategy)}
              />
            ))}
          </div>
        )}
        {answer && <Timetable answer={answer} />}
      </main>
    </>
  );
}

function Finding({ answer }: { readonly answer: PartyAnswer }) {
  const dearest = Math.max(...answer.strategies.map(({ bill }) => bill.total));
  const { strategy, total } = answer.cheapest;
  return (
    <div role="status">
      <h1>
        <em>{count(dearest - total)} coins less</em> with "{STRATEGIES[strategy][0].toLowerCase()}"
      </h1>
      <p class="quiet">Against the dearest of {answer.strategies.length} ways to order, for the same guests.</p>
    </div>
  );
}

function TermsForm({ party }: { readonly party: ToyParty }) {
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    void party.give();
  };
  return (
    <form class="terms" onSubmit={onSubmit}>
      {FIELDS.map(([name, title, min, max]) => (
        <label key={name}>
          {title}
          <input
            class="field num"
            type="number"
            required
            min={min}
            max={max}
            step={1}
            value={party.fields.value[name]}
            onInput={({ currentTarget }) => {
              if (Number.isInteger(currentTarget.valueAsNumber)) {
                party.fields.value = { ...party.fields.value, [name]: currentTarget.valueAsNumber };
              }
            }}
          />
        </label>
      ))}
      <button class="button primary" type="submit" disabled={party.isBusy.value}>
        Give the party
      </button>
    </form>
  );
}

interface StrategyCardProps {
  readonly answer: PartyAnswer;
  readonly result: StrategyResult;
  readonly isBusy: boolean;
  readonly onWatch: () => void;
}

function StrategyCard({ answer, result, isBusy, onWatch }: StrategyCardProps) {
  const { strategy, bill, peakOrders, deliveries, turnedAway } = result;
  const [title, allocator] = STRATEGIES[strategy];
  const isBest = bill.total === answer.cheapest.total;
  return (
    <section class={isBest ? 'strategy best' : 'strategy'} aria-label={title}>
      <h2>{title}</h2>
      <p class="dim">{allocator}</p>
      <p class="bill num">
        {count(bill.total)} coins <small>{counted(bill.hours, 'order hour')}</small>
      </p>
      <PartyCurve answer={answer} result={result} />
      <p class="quiet num">
        At most {counted(peakOrders, 'order')}; the vendor comes {deliveries === 1 ? 'once' : `${deliveries} times`}
        {turnedAway.length > 0 && `; ${turnedAway.join(', ')} sent away`}.
      </p>
      {strategy !== 'everything-at-once' && (
        <button
          class="button"
          type="button"
          disabled={isBusy}
          aria-label={`Watch ${title} as a session`}
          onClick={onWatch}
        >
          Watch it as a session
        </button>
      )}
    </section>
  );
}

const WIDTH = 300;
const HEIGHT = 110;

/** Toys in rented orders, and toys out, over the hours; all strategies have one scale. */
function PartyCurve({ answer, result }: { readonly answer: PartyAnswer; readonly result: StrategyResult }) {
  const { terms, strategies } = answer;
  const toys = terms.toysPerCollection * terms.collectionsPerOrder;
  const most = Math.max(1, ...strategies.map(({ peakOrders }) => peakOrders)) * toys;
  const end = Math.max(0.25, result.timeline.at(-1)?.at ?? 0);
  const path = (value: (nth: number) => number): string => {
    const steps = result.timeline.map(({ at }, nth) => {
      const y = HEIGHT - (value(nth) / most) * (HEIGHT - 4);
      return `H${((at / end) * WIDTH).toFixed(1)}V${y.toFixed(1)}`;
    });
    return `M0 ${HEIGHT}${steps.join('')}H${WIDTH}V${HEIGHT}Z`;
  };
  const moments = result.timeline;
  return (
    <svg class="party-curve" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <path class="rented" d={path((nth) => (moments[nth]?.orders ?? 0) * toys)} />
      <path class="out" d={path((nth) => moments[nth]?.toysOut ?? 0)} />
    </svg>
  );
}

/** What happened when, with the orders that each strategy had then. */
function Timetable({ answer }: { readonly answer: PartyAnswer }) {
  const [first] = answer.strategies;
  if (!first) return null;
  return (
    <section class="timetable">
      <h2>Orders in the room, hour by hour</h2>
      <div tabIndex={0} role="region" aria-label="Timetable">
        <table class="num">
          <thead>
            <tr>
              <th scope="col">Hour</th>
              <th scope="col">What happened ({STRATEGIES[first.strategy][0].toLowerCase()})</th>
              {answer.strategies.map(({ strategy }) => (
                <th key={strategy} scope="col">
                  {STRATEGIES[strategy][0]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {first.timeline.map((moment, nth) => (
              <tr key={nth}>
                <th scope="row">{moment.at}</th>
                <td class="what">{moment.sentence}</td>
                {answer.strategies.map(({ strategy, timeline }) => (
                  <td key={strategy} title={timeline[nth]?.sentence}>
                    {timeline[nth]?.orders}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
