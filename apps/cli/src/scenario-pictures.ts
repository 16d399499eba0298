/**
 * `node scripts/run.mjs scenario-pictures`: what the small pictures of the home page are drawn from. Every scenario is measured beside
 * a service of its own, with its usual parameters, and the curve of each side goes into the dashboard: bytes asked for and, where
 * that is the point, bytes mapped. No number in it is written by hand.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CreatedSession } from '@heapcast/contracts';
import { format, resolveConfig } from 'prettier';
import { BuiltService } from './bench/built-service.js';

const FILE = 'apps/dashboard/src/pages/front/scenario-pictures.json';
const BUCKETS = 40;
/** What is mapped says something only when it is of the size of what is asked for. */
const OF_A_SIZE = 2.5;
/** Longest wait for the runs of a scenario, in seconds: the benchmark has millions of requests. */
const PATIENCE = 60;

interface Curve {
  readonly edges: readonly number[];
  readonly requestedMax: readonly number[];
  readonly rawBytesMax: readonly number[];
  readonly mappedMax: readonly number[];
}

interface MeasuredSide {
  readonly side: string;
  readonly runId: string;
  readonly events: number;
  readonly measured: { readonly lostBytes: number | null; readonly peakStackBytes: number | null } | null;
}

/** One side: x and heights in percent of the picture; all sides of a picture have one scale. */
interface Drawn {
  readonly side: string;
  readonly x: readonly number[];
  readonly asked: readonly number[];
  readonly mapped: readonly number[];
  /** Ends with memory that nothing leads to. */
  readonly leaks: boolean;
}

async function sideOf(
  service: BuiltService,
  scenario: string,
  { side, runId, events, measured }: MeasuredSide,
): Promise<Drawn> {
  const curve = await service.call<Curve>('GET', `/v1/runs/${runId}/curve?from=0&to=${events}&buckets=${BUCKETS}`);
  const asked = curve.requestedMax.map((bytes, at) => bytes + (curve.rawBytesMax[at] ?? 0));
  const leaks = (measured?.lostBytes ?? 0) > 0;
  // Asks the heap for nothing: what it needs lies on the stack.
  if (Math.max(...asked) === 0) return { side, leaks, mapped: [], ...(await stackOf(service, scenario, side)) };
  const x = [0, ...curve.edges.slice(1)];
  return { side, leaks, x, asked: [0, ...asked], mapped: [0, ...curve.mappedMax] };
}

/** Bytes of the stack over the events of a session that plays the side. */
async function stackOf(service: BuiltService, scenario: string, side: string) {
  const { id, ownerToken } = await service.call<CreatedSession>('POST', `/v1/scenarios/${scenario}/sessions`, { side });
  const played = await fetch(`${service.url}/v1/sessions/${id}/steps`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${ownerToken}` },
    body: '{"all":true}',
  });
  const { seq }: { seq: number } = JSON.parse(await played.text());
  const x = Array.from({ length: BUCKETS + 1 }, (_, at) => Math.round((at * seq) / BUCKETS));
  const asked: number[] = [];
  for (const at of x) {
    const { stack } = await service.call<{ stack: { used: number } }>('GET', `/v1/sessions/${id}/program?at=${at}`);
    asked.push(stack.used);
  }
  return { x, asked };
}

function scaled(sides: readonly Drawn[]): Drawn[] {
  const peak = Math.max(1, ...sides.flatMap(({ asked }) => asked));
  const mappedPeak = Math.max(0, ...sides.flatMap(({ mapped }) => mapped));
  const showsMapped = mappedPeak <= OF_A_SIZE * peak;
  const top = showsMapped ? Math.max(peak, mappedPeak) : peak;
  return sides.map(({ side, x, asked, mapped, leaks }) => {
    const last = Math.max(1, x.at(-1) ?? 1);
    return {
      side,
      x: inPercent(x, last),
      asked: inPercent(asked, top),
      mapped: showsMapped ? inPercent(mapped, top) : [],
      leaks,
    };
  });
}

/** Whole ones: the pictures are about a hundred pixels wide and high. */
function inPercent(values: readonly number[], whole: number): number[] {
  return values.map((value) => Math.round((100 * value) / whole));
}

interface PartyAnswer {
  readonly terms: { readonly toysPerCollection: number; readonly collectionsPerOrder: number };
  readonly strategies: readonly {
    readonly strategy: string;
    readonly timeline: readonly { readonly at: number; readonly orders: number; readonly toysOut: number }[];
  }[];
}

/** The party: toys out, and toys in the orders that are rented. */
async function partyOf(service: BuiltService): Promise<Drawn[]> {
  const { terms, strategies } = await service.call<PartyAnswer>('POST', '/v1/party', {
    strategies: ['as-needed', 'give-back'],
  });
  const toys = terms.toysPerCollection * terms.collectionsPerOrder;
  return scaled(
    strategies.map(({ strategy, timeline }) => {
      // A moment changes things at once: a step, not a slope.
      const steps = timeline.flatMap((moment, nth) => [{ ...(timeline[nth - 1] ?? moment), at: moment.at }, moment]);
      const x = steps.map(({ at }) => at);
      const asked = steps.map(({ toysOut }) => toysOut);
      return { side: strategy, x, asked, mapped: steps.map(({ orders }) => orders * toys), leaks: false };
    }),
  );
}

const scratch = mkdtempSync(path.join(tmpdir(), 'heapcast-scenarios-'));
const service = await BuiltService.start(scratch);
try {
  const pictures: Record<string, Drawn[]> = {};
  const { items } = await service.call<{ items: { name: string }[] }>('GET', '/v1/scenarios');
  for (const { name } of items) {
    const asked = await service.call<{ isDone: boolean; self: string; sides: MeasuredSide[] }>(
      'POST',
      `/v1/scenarios/${name}/runs`,
      { wait: PATIENCE },
    );
    if (!asked.isDone) throw new Error(`${name} was not measured within ${PATIENCE} seconds`);
    const sides: Drawn[] = [];
    for (const side of asked.sides) sides.push(await sideOf(service, name, side));
    pictures[name] = scaled(sides);
    process.stdout.write(`${name}\n`);
  }
  pictures['toy-party'] = await partyOf(service);
  const note = 'Made by `node scripts/run.mjs scenario-pictures` from runs of every scenario; not edited by hand.';
  const style = await resolveConfig(FILE);
  writeFileSync(FILE, await format(JSON.stringify({ note, pictures }), { ...style, filepath: FILE }));
} finally {
  await service.stop();
  rmSync(scratch, { recursive: true, force: true });
}
