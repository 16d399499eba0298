/** Says what the program did wrong at this event; where playing stopped at it, how it goes on. */
import type { HeapView } from './heap-view.js';
import { type Mistakes, mistakeSentence } from './mistakes.js';

interface MistakeBarProps {
  readonly view: HeapView;
  readonly mistakes: Mistakes;
}

export function MistakeBar({ view, mistakes }: MistakeBarProps) {
  const stopped = mistakes.stopped.value;
  const details = view.details.value;
  const at = view.at.value;
  const event = stopped ?? (details?.at === at ? details.events.find(({ seq }) => seq === at) : undefined);
  const sentence = event ? mistakeSentence(event) : '';
  if (sentence === '' || view.playing.value) return null;
  return (
    <div class="notice mistake" role="status">
      <span>{sentence}</span>
      {stopped && (
        <>
          <button class="button" type="button" onClick={() => mistakes.skip()}>
            Skip
          </button>
          <button class="button" type="button" onClick={() => mistakes.stay()}>
            Stop here
          </button>
        </>
      )}
    </div>
  );
}
