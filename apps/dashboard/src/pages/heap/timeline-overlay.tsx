/** What lies over the curve: the future's veil, the cursor, phases, bookmarks, the range, the steps of a block's story. */
import { effect, type ReadonlySignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { CurveBox } from '../../drawing/memory-curve.js';
import { count } from '../../words/amounts.js';
import type { HeapView } from './heap-view.js';

interface OverlayProps {
  readonly view: HeapView;
  readonly box: ReadonlySignal<CurveBox | null>;
}

/** Pixels: of a character of a phase's name at most; of what is around the name; of a name at most, as in the style. */
const CHARACTER = 6.6;
const NAME_PADDING = 10;
const NAME_WIDTH = 160;
/** Of the cursor's label, and how far it may go beyond the curve. */
const PILL_PADDING = 18;
const PILL_BEYOND = 10;
/** Pixels beyond the curve's right end that a name may take. */
const MARGIN = 16;
/** Pixels between two phases; of those nearer to each other the first is shown. */
const APART = 3;

export function Overlay({ view, box }: OverlayProps) {
  const found = box.value;
  const { span } = view;
  const { from, to } = span.seen;
  const xOf = (at: number): number => (found ? found.left + ((at - from) / Math.max(1, to - from)) * found.width : 0);
  const isSeen = (at: number): boolean => at >= from && at <= to;
  let last = -Infinity;
  const phases = span.phases.value.filter(({ seq }) => {
    if (!isSeen(seq) || xOf(seq) - last < APART) return false;
    last = xOf(seq);
    return true;
  });
  const range = span.drawn.value ?? span.range.value;
  let named = -Infinity;
  if (!found) return null;
  const clip = (at: number): number => Math.max(found.left, Math.min(found.left + found.width, xOf(at)));
  return (
    <>
      <div class="phases">
        {phases.map(({ seq, name }) => {
          const x = xOf(seq);
          const width = Math.min(NAME_WIDTH, NAME_PADDING + name.length * CHARACTER);
          // At the end there is room before the line only.
          const isBefore = x + width > found.left + found.width + MARGIN;
          const start = isBefore ? x - width : x;
          const hasRoom = start >= named;
          if (hasRoom) named = start + width;
          return (
            <button
              key={seq}
              type="button"
              class={`phase ${hasRoom ? (isBefore ? 'before' : '') : 'unnamed'}`}
              style={{ left: `${x}px` }}
              title={`${name}: event ${count(seq)}`}
              aria-label={`${name}, event ${seq}`}
              onClick={() => view.seek(seq)}
            >
              {hasRoom ? name : ''}
            </button>
          );
        })}
        {span.bookmarks.value.filter(isSeen).map((seq) => (
          <button
            key={`bookmark ${seq}`}
            type="button"
            class="phase bookmark"
            style={{ left: `${xOf(seq)}px` }}
            title={`Bookmark: event ${count(seq)}`}
            aria-label={`Bookmark, event ${seq}`}
            onClick={() => view.seek(seq)}
          >
            ◆
          </button>
        ))}
      </div>
      <div class="over-curve" aria-hidden="true" style={{ top: `${found.top}px`, height: `${found.height}px` }}>
        {phases.map(({ seq }) => (
          <i key={seq} class="phase-line" style={{ left: `${xOf(seq)}px` }} />
        ))}
        {view.storySteps.value.filter(isSeen).map((seq) => (
          <i key={`step ${seq}`} class="story-step" style={{ left: `${xOf(seq)}px` }} />
        ))}
        {range && (
          <i class="range" style={{ left: `${clip(range.from)}px`, width: `${clip(range.to) - clip(range.from)}px` }} />
        )}
        <Cursor view={view} box={found} from={from} to={to} />
      </div>
    </>
  );
}

interface CursorProps {
  readonly view: HeapView;
  readonly box: CurveBox;
  readonly from: number;
  readonly to: number;
}

/** Moved without being drawn anew: it is what changes sixty times a second. */
function Cursor({ view, box, from, to }: CursorProps) {
  const line = useRef<HTMLElement>(null);
  const veil = useRef<HTMLElement>(null);
  const pill = useRef<HTMLElement>(null);
  useEffect(
    () =>
      effect(() => {
        const at = view.at.value;
        const share = (at - from) / Math.max(1, to - from);
        // What grows is ahead of its curve: the cursor waits at the edge.
        const isSeen = share >= 0 && (share <= 1 || view.span.isWhole);
        const x = box.left + Math.min(1, Math.max(0, share)) * box.width;
        if (!line.current || !veil.current || !pill.current) return;
        line.current.style.transform = `translateX(${x}px)`;
        line.current.style.visibility = isSeen ? 'visible' : 'hidden';
        veil.current.style.transform = `translateX(${x}px) scaleX(${Math.max(0, box.left + box.width - x)})`;
        // Whole, also at the ends: its width follows from its digits, which are of one width.
        const half = (count(at).length * CHARACTER + PILL_PADDING) / 2;
        const middle = Math.min(box.left + box.width + PILL_BEYOND - half, Math.max(half, x));
        pill.current.style.transform = `translateX(${middle}px) translateX(-50%)`;
        pill.current.style.visibility = isSeen ? 'visible' : 'hidden';
        pill.current.textContent = count(at);
        pill.current.dataset['waiting'] = view.waiting.value ? 'yes' : '';
      }),
    [view, box, from, to],
  );
  return (
    <>
      <i ref={veil} class="veil" />
      <i ref={line} class="cursor" />
      <b ref={pill} class="pill num" />
    </>
  );
}
