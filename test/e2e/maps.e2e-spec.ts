/** The heap as a picture: it says the same as the heap in JSON, at every moment, of runs and sessions. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeHeapMap, type HeapMap, MAP_MEDIA_TYPE } from '@heapcast/contracts';
import { ApiUnderTest, expectProblem } from './api-under-test.js';
import { SessionClient } from './sessions-client.js';

let api: ApiUnderTest;
let run: string;
beforeAll(async () => {
  api = await ApiUnderTest.start({ heapItemsLimit: 100_000 });
  const recorded = readFileSync('apps/api/assets/listdict20k.trace.gz');
  const { body: trace } = await api.http
    .post('/v1/traces')
    .set('content-type', 'application/vnd.heapcast.pmtrace1')
    .set('content-encoding', 'gzip')
    .send(recorded)
    .expect(201);
  const { body } = await api.http
    .post('/v1/runs')
    .send({ trace: trace.id, allocator: { model: 'pymalloc', profile: 'cpython-3.11' } })
    .expect(202);
  run = body.id;
  expect((await api.runEnd(run)).status).toBe('done');
});
afterAll(() => api.close());

async function map(path: string): Promise<HeapMap> {
  const response = await fetch(`${api.url}${path}`);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, MAP_MEDIA_TYPE]);
  return decodeHeapMap(await response.arrayBuffer());
}

describe('the map of a run', () => {
  it.each([1, 60_000, 112_809, 200_000, 273_581])('has the pools of the heap at event %d', async (at) => {
    const picture = await map(`/v1/runs/${run}/map?at=${at}`);
    const { body } = await api.http.get(`/v1/runs/${run}/heap?at=${at}&detail=pools&limit=10000`).expect(200);
    const { body: stats } = await api.http.get(`/v1/runs/${run}/stats?at=${at}`).expect(200);
    expect([picture.at, picture.totals, picture.ledger]).toEqual([at, stats.totals, stats.ledger]);
    // Used places and released ones are those that were ever needed at once.
    expect(picture.region.length + picture.releasedRegion.length).toBe(stats.statistics.arenas.highWater);
    const pools = [...picture.region].flatMap((region, place) =>
      Array.from({ length: picture.firstCell[place + 1] - picture.firstCell[place] }, (_, pool) => {
        const cell = picture.firstCell[place] + pool;
        const capacity = picture.capacity[cell];
        return {
          region,
          pool,
          address: `0x${(picture.base[place] + picture.lead[place] + pool * picture.cellBytes).toString(16)}`,
          size: picture.blockBytes[cell] || null,
          capacity,
          used: picture.used[cell],
          freed: picture.touched[cell] - picture.used[cell],
          untouched: capacity - picture.touched[cell],
        };
      }),
    );
    expect(pools).toEqual(
      body.heap.items.map(({ state: _state, class: _class, next: _next, ...pool }: Record<string, unknown>) => pool),
    );
  });

  it('tells where arenas were that went back', async () => {
    const [before, after] = [await map(`/v1/runs/${run}/map?at=265000`), await map(`/v1/runs/${run}/map?at=273581`)];
    expect([[...before.region], [...before.releasedRegion]]).toEqual([[0, 1, 2], []]);
    const gone = [...before.region].filter((region) => !after.region.includes(region));
    expect([...after.releasedRegion]).toEqual(gone);
    expect(gone.length).toBeGreaterThan(0);
    const place = before.region.indexOf(after.releasedRegion[0]);
    expect([after.releasedSlot[0], after.releasedBase[0]]).toEqual([before.slot[place], before.base[place]]);
  });

  it('tells every block of one arena, as the heap does', async () => {
    const picture = await map(`/v1/runs/${run}/map?at=200000&arena=1`);
    expect(picture.statesOf).toBe(1);
    const { body } = await api.http.get(`/v1/runs/${run}/heap?at=200000&detail=pools&arena=1&limit=100`).expect(200);
    const { body: blocks } = await api.http
      .get(`/v1/runs/${run}/heap?at=200000&detail=blocks&arena=1&limit=100000`)
      .expect(200);
    // The heap lists the blocks of pools in use; the map those of every pool that ever was.
    let at = 0;
    const told: string[] = [];
    for (const { capacity, used } of body.heap.items) {
      const states = picture.states.subarray(at, at + capacity);
      if (used > 0) told.push(...Array.from(states, (state) => ['untouched', 'freed', 'live'][state]));
      at += capacity;
    }
    expect(at).toBe(picture.states.length);
    expect(told).toEqual(blocks.heap.items.map(({ state }: { state: string }) => state));
  });

  it('of an arena that is not there tells no blocks; a position beyond the end is refused', async () => {
    expect((await map(`/v1/runs/${run}/map?at=10&arena=99`)).statesOf).toBeNull();
    expectProblem(await api.http.get(`/v1/runs/${run}/map?at=273582`), 'invalid-position', 400);
    expectProblem(await api.http.get(`/v1/runs/${run}/map?arena=-1`), 'invalid-request', 400);
  });
});

describe('the map of a session', () => {
  it('is that of its last event, or of an earlier one; other models have one too', async () => {
    for (const allocator of [{ model: 'pymalloc', profile: 'cpython-3.8' }, { model: 'freelist' }]) {
      const session = await SessionClient.open(api.url, { allocator });
      await session.send([
        { op: 'malloc', size: 100, id: 'a' },
        { op: 'malloc', size: 100, id: 'b' },
        { op: 'free', id: 'a' },
      ]);
      const used = async (query: string): Promise<number> => {
        const { totals, used: cells } = await map(`/v1/sessions/${session.id}/map${query}`);
        expect(cells.some((count) => count > 0)).toBe(totals.liveBlocks > 0);
        return totals.liveBlocks;
      };
      expect([await used(''), await used('?at=2'), await used('?at=0')]).toEqual([1, 2, 0]);
    }
  });
});
