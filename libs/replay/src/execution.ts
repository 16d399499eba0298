/** One replay of a whole run: apply everything, count, follow the curve, and sum up. */
import { Census } from './census.js';
import { CurveBuilder } from './curve.js';
import { Peaks } from './peaks.js';
import { momentOf } from './playhead.js';
import { RegionsHeld } from './regions-held.js';
import { ReplayError } from './replay-error.js';
import type { RunProgress, RunSummary } from './run-summary.js';
import type { Timeline } from './timeline.js';

/** Milliseconds between two reports of progress. */
const PROGRESS_INTERVAL = 100;

export interface Supervision {
  /** Buckets of the curve, at most. */
  readonly curvePoints: number;
  readonly report: (progress: RunProgress) => void;
  /** Asked between chunks. */
  readonly cancelled: () => boolean;
}

/**
 * Replays a timeline from its start to its end. Afterwards its cursor is near the end and its checkpoints are laid.
 * @throws ReplayError `aborted`, `source-ended`
 */
export async function execute(
  timeline: Timeline,
  { curvePoints, report, cancelled }: Supervision,
): Promise<RunSummary> {
  const total = timeline.events;
  const playhead = timeline.makePlayhead();
  const { model } = playhead;
  const census = new Census();
  const regions = new RegionsHeld();
  const peaks = new Peaks();
  const curve = new CurveBuilder(curvePoints, total);
  let bucketStart = 0;
  let reported = performance.now();

  const closeBucket = (): void => {
    const extremes = model.takeExtremes();
    curve.add(extremes);
    peaks.follow(extremes, bucketStart, playhead.position);
    bucketStart = playhead.position;
  };

  await timeline.walk(playhead, total, ({ chunk }, from, to) => {
    if (cancelled()) throw new ReplayError('aborted', `the replay of ${timeline.key} was cancelled`);
    const out = timeline.scratch.columns(chunk.length);
    for (let at = from; at < to;) {
      const next = Math.min(to, at + bucketStart + curve.eventsPerBucket - playhead.position);
      playhead.advance(chunk, at, next, out);
      at = next;
      if (playhead.position === bucketStart + curve.eventsPerBucket) closeBucket();
    }
    census.count(chunk, out.outcome, from, to);
    regions.follow(playhead.takeMappings());
    const now = performance.now();
    if (now - reported >= PROGRESS_INTERVAL) {
      reported = now;
      report({ events: playhead.position, total, totals: model.totals() });
    }
  });
  if (playhead.position > bucketStart) closeBucket();

  const end = momentOf(playhead);
  const blocks = playhead.owners.blocks;
  timeline.adopt(playhead);
  const found = await peaks.find(timeline);
  return {
    events: total,
    blocks,
    operations: census.operations(),
    outcomes: census.outcomes(),
    outcomesByOperation: census.outcomesByOperation(),
    peaks: found.peaks,
    regions: { mapped: regions.mapped, unmapped: regions.unmapped, highWater: regions.highWater },
    end,
    peak: found.mapped,
    curve: curve.finish(),
  };
}
