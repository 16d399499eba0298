/** A scenario of the home page: its picture, what it is about, and the two ways to start it. */
import type { ScenarioBrief } from '../../service/scenarios.js';
import { ScenarioPicture } from './scenario-picture.js';

interface ScenarioCardProps {
  readonly scenario: ScenarioBrief;
  readonly isBusy: boolean;
  readonly onPlay: () => void;
}

/** Up to the first full stop that ends a sentence. */
function firstSentence(text: string): string {
  return /^.*?[.:](?= |$)/.exec(text)?.[0].replace(/:$/, '.') ?? text;
}

export function ScenarioCard({ scenario, isBusy, onPlay }: ScenarioCardProps) {
  const { name, title, about, practice, sides } = scenario;
  return (
    <article class="card">
      <a class="card-picture" href={`/scenarios/${name}`} tabIndex={-1} aria-hidden="true">
        <ScenarioPicture name={name} />
      </a>
      <div class="card-text">
        <h3>
          <a href={`/scenarios/${name}`}>{title}</a>
        </h3>
        <p>{practice ?? firstSentence(about)}</p>
        <div class="card-actions">
          <button class="button" type="button" disabled={isBusy} aria-label={`Play ${title}`} onClick={onPlay}>
            Play
          </button>
          <a class="button" href={`/scenarios/${name}?runs=new`} aria-label={`Measure ${title}`}>
            {sides.length > 1 ? `Measure ${sides.length === 2 ? 'both' : `all ${sides.length}`} sides` : 'Measure'}
          </a>
        </div>
      </div>
    </article>
  );
}
