/** The heap of a recording where much of it is held empty and much is in use: the picture that says what this is about. */
import { signal } from '@preact/signals';
import type { HeapMap } from '@heapcast/contracts';
import { useEffect, useMemo } from 'preact/hooks';
import { Canvas } from '../../drawing/canvas.js';
import { drawOverview } from '../../drawing/overview.js';
import { Subject, type WindowCurve } from '../../service/subject.js';
import { bytes, count } from '../../words/amounts.js';

const BUCKETS = 400;

/**
 * The position after the bucket with the most to see: bytes that are asked for, or bytes that are held empty, whichever are fewer. An
 * allocator that gives nothing back has a moment at which all is held empty; its picture would be empty, too.
 */
function tellingMoment({ edges, mappedMax, requestedMax }: WindowCurve): number {
  const seen = requestedMax.map((asked, bucket) => Math.min(asked, (mappedMax[bucket] ?? 0) - asked));
  return edges[seen.indexOf(Math.max(...seen)) + 1] ?? 0;
}

export function ExampleMap({ run, name }: { readonly run: string; readonly name: string }) {
  const map = useMemo(() => signal<HeapMap | null>(null), []);
  useEffect(() => {
    const subject = new Subject('run', run);
    void (async () => {
      const { events } = await subject.about();
      const at = tellingMoment(await subject.curve(0, events, Math.min(events, BUCKETS)));
      map.value = await subject.map(at, null);
    })().catch(() => undefined);
  }, [run]);
  const shown = map.value;
  return (
    <figure class="example">
      <a href={`/r/${run}${shown ? `?e=${shown.at}` : ''}`} aria-label={`Open ${name} at this moment`}>
        <Canvas
          draw={(surface) => {
            if (map.value) drawOverview(surface, { map: map.value, chosen: null, colouring: 'use' });
          }}
        />
      </a>
      <figcaption class="num dim">
        {shown &&
          `${name} at event ${count(shown.at)}: ${bytes(shown.totals.mappedBytes)} mapped, ${bytes(shown.totals.requestedBytes)} requested`}
      </figcaption>
    </figure>
  );
}
