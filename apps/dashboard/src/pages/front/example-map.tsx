/** The heap of the newest recording where most of it is held empty: the picture that says what this is about. */
import { signal } from '@preact/signals';
import type { HeapMap } from '@heapcast/contracts';
import { useEffect, useMemo } from 'preact/hooks';
import { Canvas } from '../../drawing/canvas.js';
import { drawOverview } from '../../drawing/overview.js';
import { Subject, type WindowCurve } from '../../service/subject.js';
import { bytes, count } from '../../words/amounts.js';

const BUCKETS = 400;

/** The position after the bucket in which most is mapped and not asked for. */
function emptiestMoment({ edges, mappedMax, requestedMax }: WindowCurve): number {
  const held = mappedMax.map((mapped, bucket) => mapped - (requestedMax[bucket] ?? 0));
  return edges[held.indexOf(Math.max(...held)) + 1] ?? 0;
}

export function ExampleMap({ run, name }: { readonly run: string; readonly name: string }) {
  const map = useMemo(() => signal<HeapMap | null>(null), []);
  useEffect(() => {
    const subject = new Subject('run', run);
    void (async () => {
      const { events } = await subject.about();
      const at = emptiestMoment(await subject.curve(0, events, Math.min(events, BUCKETS)));
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
