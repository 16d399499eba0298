/** How a question is asked: for how long, how often one may try, for how many points. */
import type { Signal } from '@preact/signals';

export interface Terms {
  /** Seconds for answers; `null` = until it is closed by hand. */
  readonly seconds: number | null;
  readonly attempts: number;
  readonly points: number;
}

const SECONDS = [null, 20, 30, 60, 120, 300] as const;
const ATTEMPTS = [10, 1, 2, 3] as const;
const POINTS = [0, 1, 2, 3, 5] as const;

interface AskTermsProps {
  readonly terms: Signal<Terms>;
  /** Nobody can be right: there are no points. */
  readonly isPoll: boolean;
}

export function AskTerms({ terms, isPoll }: AskTermsProps) {
  const { seconds, attempts, points } = terms.value;
  const put = (change: Partial<Terms>): void => {
    terms.value = { ...terms.value, ...change };
  };
  return (
    <div class="ask-terms">
      <label>
        Time
        <select
          class="field"
          value={String(seconds)}
          onChange={({ currentTarget: { value } }) => put({ seconds: value === 'null' ? null : Number(value) })}
        >
          {SECONDS.map((each) => (
            <option key={each} value={String(each)}>
              {each === null ? 'no limit' : `${each} s`}
            </option>
          ))}
        </select>
      </label>
      <label>
        Answers
        <select
          class="field"
          value={attempts}
          onChange={({ currentTarget }) => put({ attempts: Number(currentTarget.value) })}
        >
          {ATTEMPTS.map((each) => (
            <option key={each} value={each}>
              {each === 1 ? 'one try' : each >= 10 ? 'may change' : `${each} tries`}
            </option>
          ))}
        </select>
      </label>
      {!isPoll && (
        <label>
          Points
          <select
            class="field"
            value={points}
            onChange={({ currentTarget }) => put({ points: Number(currentTarget.value) })}
          >
            {POINTS.map((each) => (
              <option key={each} value={each}>
                {each === 0 ? 'none' : each}
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  );
}
