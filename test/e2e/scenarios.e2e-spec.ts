/** The talk's examples: listed, played step by step in live sessions, measured as runs side by side. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { listScenarios } from '@heapcast/scenarios';
import { arenasOf } from '../support/benchmark-arenas.js';
import { ApiUnderTest, expectProblem } from './api-under-test.js';

type Body = Record<string, any>;
/** Milliseconds: millions of requests, on a machine that may be busy. */
const LONG = 300_000;

let api: ApiUnderTest;
beforeAll(async () => {
  api = await ApiUnderTest.start();
});
afterAll(() => api.close());

async function get(path: string): Promise<Body> {
  return (await api.http.get(path).expect(200)).body;
}

async function open(name: string, body: object = {}): Promise<Body> {
  return (await api.http.post(`/v1/scenarios/${name}/sessions`).send(body).expect(201)).body;
}

function play(session: Body, body: object = {}) {
  return api.http
    .post(`/v1/sessions/${session.id}/steps`)
    .set('authorization', `Bearer ${session.ownerToken}`)
    .send(body);
}

async function compare(name: string, body: object = {}): Promise<Body> {
  return (
    await api.http
      .post(`/v1/scenarios/${name}/runs`)
      .send({ wait: 60, ...body })
      .expect(200)
  ).body;
}

describe('the list of scenarios', () => {
  it("has the talk's examples, its eight best practices, and the service that never shrinks", async () => {
    const { items } = await get('/v1/scenarios');
    expect(items.map(({ name }: Body) => name).join(' ')).toBe(
      'cpp-leak cpp-leak-fixed mutable-default pinned-arenas list-of-dicts stack-and-heap reference-counting ' +
        'reference-cycle unclosed-socket fewer-temporaries generators smaller-modules import-only-needed profile-first count-objects ' +
        'shared-config smaller-package',
    );
    expect(items.filter(({ practice }: Body) => practice !== null)).toHaveLength(8);
  });

  it('tells of each its source, what to look for, and steps that point at its lines', async () => {
    for (const { name } of listScenarios()) {
      const scenario = await get(`/v1/scenarios/${name}`);
      expect(scenario.lookFor.length).toBeGreaterThan(0);
      for (const { source, steps } of scenario.sides) {
        const lines = source.text.trimEnd().split('\n').length;
        expect(steps.length).toBeGreaterThan(0);
        for (const { sentence, line } of steps) {
          expect(sentence).toMatch(/\w.*[.?]$/);
          expect(line).toBeGreaterThan(0);
          expect(line).toBeLessThanOrEqual(lines);
        }
      }
    }
  });

  it('answers 404 for a scenario that there is not', async () => {
    expectProblem(await api.http.get('/v1/scenarios/nothing'), 'not-found', 404);
    expectProblem(await api.http.post('/v1/scenarios/nothing/sessions').send({}), 'not-found', 404);
    expectProblem(await api.http.post('/v1/scenarios/nothing/runs').send({}), 'not-found', 404);
  });
});

describe('a session that plays a scenario', () => {
  it('loses 40 bytes at line 8, one click after the other', async () => {
    const session = await open('cpp-leak');
    expect(session).toMatchObject({
      kind: 'program',
      seq: 0,
      settings: { scenario: { name: 'cpp-leak', side: 'leak' } },
    });
    const first = (await play(session).expect(200)).body;
    expect(first).toMatchObject({ done: 1, of: 7, next: { step: 2, line: 8 }, played: [{ step: 1, from: 1, to: 1 }] });
    const second = (await play(session).expect(200)).body;
    expect(second.played).toMatchObject([{ step: 2, from: 2, to: 3 }]);
    const rest = (await play(session, { all: true }).expect(200)).body;
    expect(rest).toMatchObject({ done: 7, next: null });
    const { report } = await get(`/v1/sessions/${session.id}/leaks`).then((leaks) => ({ report: leaks }));
    expect(report.summary.definite).toEqual({ bytes: 40, blocks: 1 });
    expect(report.records.items[0].path[0]).toMatchObject({ function: 'Leak', line: 8 });
  });

  it('does nothing more at the end', async () => {
    const session = await open('cpp-leak-fixed');
    const all = (await play(session, { all: true }).expect(200)).body;
    const again = (await play(session).expect(200)).body;
    expect(again).toMatchObject({ done: all.done, seq: all.seq, played: [] });
  });

  it('takes two clicks at once for two steps', async () => {
    const session = await open('reference-counting');
    const answers = await Promise.all([play(session), play(session), play(session)]);
    expect(new Set(answers.map(({ body }) => body.done))).toEqual(new Set([1, 2, 3]));
  });

  it('is safe to retry with until', async () => {
    const session = await open('reference-counting');
    const once = (await play(session, { until: 4 }).expect(200)).body;
    const again = (await play(session, { until: 4 }).expect(200)).body;
    expect(again).toMatchObject({ done: 4, seq: once.seq, played: [] });
  });

  it('goes on in a fork where the fork begins', async () => {
    const session = await open('reference-counting');
    await play(session, { all: true }).expect(200);
    const steps = (await play(session).expect(200)).body;
    expect(steps.done).toBe(6);
    const { body: fork } = await api.http.post(`/v1/sessions/${session.id}/fork`).send({ at: 2 }).expect(201);
    const at = await get(`/v1/sessions/${fork.id}/steps`);
    expect(at).toMatchObject({ done: 1, next: { step: 2 } });
    expect((await play(fork, { all: true }).expect(200)).body.done).toBe(6);
  });

  it('goes on whatever others asked of it in between', async () => {
    const session = await open('reference-counting');
    await play(session).expect(200);
    await api.http
      .post(`/v1/sessions/${session.id}/commands`)
      .set('authorization', `Bearer ${session.ownerToken}`)
      .send({ op: 'new', to: 'mine', type: 'dict' })
      .expect(200);
    expect((await play(session).expect(200)).body).toMatchObject({ done: 2 });
  });

  it('plays the benchmark with requests: two arenas for 5,000 dicts come and go', async () => {
    const session = await open('list-of-dicts', { side: 'give-back', parameters: { iterations: 5000 } });
    expect(session).toMatchObject({ kind: 'allocator', allocator: { profile: 'cpython-3.8' } });
    const filled = (await play(session, { until: 2 }).expect(200)).body;
    const full = await get(`/v1/sessions/${session.id}/stats?at=${filled.seq}`);
    const cleared = (await play(session).expect(200)).body;
    const empty = await get(`/v1/sessions/${session.id}/stats?at=${cleared.seq}`);
    expect(full.statistics.arenas.current).toBe(2);
    expect(empty.statistics.arenas).toMatchObject({ reclaimed: 1, current: 1 });
    const steps = await get(`/v1/sessions/${session.id}/steps`);
    expect(steps.steps.map(({ isDone }: Body) => isDone)).toEqual([true, true, true, false, false]);
  });

  it(
    'plays every side of every scenario to its end',
    async () => {
      for (const { name, sides } of listScenarios()) {
        for (const side of sides) {
          const session = await open(name, { side: side.name, parameters: {} });
          const { body } = await play(session, { all: true }).expect(200);
          expect([name, side.name, body.done, body.next]).toEqual([name, side.name, body.of, null]);
        }
      }
    },
    LONG,
  );

  it('needs a token to play, and none to be looked at', async () => {
    const session = await open('cpp-leak');
    expectProblem(await api.http.post(`/v1/sessions/${session.id}/steps`).send({}), 'missing-token', 401);
    expect(await get(`/v1/sessions/${session.id}/steps`)).toMatchObject({ done: 0 });
  });

  it('says what is wrong with a choice', async () => {
    const wrong = [
      ['cpp-leak', { side: 'other' }, 'side'],
      ['cpp-leak', { parameters: { calls: 1 } }, 'parameters.calls'],
      ['mutable-default', { parameters: { calls: 0 } }, 'parameters.calls'],
      ['mutable-default', { parameters: { calls: '8' } }, 'parameters.calls'],
      ['mutable-default', { parameters: { calls: 1.5 } }, 'parameters.calls'],
      ['mutable-default', { parameters: [] }, 'parameters'],
      ['list-of-dicts', { parameters: { iterations: 2_000_000 } }, 'parameters.iterations'],
      ['list-of-dicts', { parameters: { start: 'measured' } }, 'parameters.start'],
      ['list-of-dicts', { parameters: { python: '3.5' } }, 'parameters.python'],
      ['cpp-leak', { nonsense: 1 }, 'nonsense'],
    ] as const;
    for (const [name, body, path] of wrong) {
      const response = await api.http.post(`/v1/scenarios/${name}/sessions`).send(body);
      expectProblem(response, 'invalid-request', 400);
      expect(response.body.errors[0].path).toBe(path);
    }
    const session = await open('cpp-leak');
    for (const body of [{ count: 0 }, { count: 'x' }, { until: 99 }, { count: 1, all: true }, { all: 'yes' }]) {
      expectProblem(await play(session, body), 'invalid-request', 400);
    }
  });

  it('tells a session that plays nothing', async () => {
    const { body: plain } = await api.http.post('/v1/sessions').send({}).expect(201);
    expectProblem(await api.http.get(`/v1/sessions/${plain.id}/steps`), 'wrong-session-kind', 409);
    expectProblem(await play(plain), 'wrong-session-kind', 409);
  });
});

/** Asks again until the traces are made and the runs begun. */
async function made(comparison: Body, told: (making: Body) => void = () => undefined): Promise<Body> {
  let now = comparison;
  while (now.making) {
    told(now.making);
    now = await get(now.self);
  }
  return now;
}

describe('the sides of a scenario as runs', () => {
  it(
    'bear out every claim, by what was measured',
    async () => {
      for (const scenario of listScenarios()) {
        const comparison = await compare(scenario.name);
        expect(comparison.isDone).toBe(true);
        for (const side of comparison.sides) {
          const { summary } = await get(`/v1/runs/${side.runId}`);
          expect(side.measured.arenasMapped).toBe(summary.regions.mapped);
          expect(side.measured.peakMappedBytes).toBe(summary.peaks.mappedBytes.value);
        }
        for (const claim of comparison.claims ?? [])
          expect([scenario.name, claim]).toEqual([scenario.name, { ...claim, holds: true }]);
        if (scenario.sides.length > 1) expect(comparison.claims).toHaveLength(scenario.claims.length);
      }
    },
    LONG,
  );

  it('run out of memory on a small device, and no more once the package is smaller', async () => {
    const { sides } = await compare('smaller-package');
    expect(sides[0].measured.outOfMemory).toBeGreaterThan(0);
    expect(sides[1].measured.outOfMemory).toBe(0);
    expect(sides[1].measured.peakMappedBytes).toBeLessThanOrEqual(512 * 1024);
  });

  it('lose 40 bytes, and none', async () => {
    const { sides, differences } = await compare('cpp-leak');
    expect(sides.map(({ measured }: Body) => measured.lostBytes)).toEqual([40, 0]);
    expect(differences).toContainEqual({ measure: 'lostBytes', first: 40, last: 0, change: -40, percent: -100 });
  });

  it('can be asked for again, and one side alone', async () => {
    const comparison = await compare('unclosed-socket', { parameters: { requests: 3 } });
    expect(await get(comparison.self)).toEqual(comparison);
    const alone = await compare('unclosed-socket', { sides: ['closed'], parameters: { requests: 3 } });
    expect(alone).toMatchObject({ differences: null, claims: null, sides: [{ side: 'closed' }] });
    expect(alone.sides[0].traceId).toBe(comparison.sides[1].traceId);
  });

  it('go on in the background when nobody wants to wait', async () => {
    const { body, headers } = await api.http.post('/v1/scenarios/generators/runs').send({ wait: 0 }).expect(202);
    expect(headers.location).toBe(body.self);
    const begun = await made(body);
    for (const { runId } of begun.sides) await api.runEnd(runId);
    expect(await get(begun.self)).toMatchObject({ isDone: true });
    // Where it was begun leads there still.
    expect(await get(body.self)).toMatchObject({ isDone: true, self: begun.self });
  });

  it('say what is wrong with a choice', async () => {
    const wrong = [
      ['list-of-dicts', { parameters: { iterations: 2_000_001 } }, 'parameters.iterations'],
      ['list-of-dicts', { parameters: { iterations: '100' } }, 'parameters.iterations'],
      ['list-of-dicts', { parameters: { iterations: -1, python: 4 } }, 'parameters.iterations'],
      ['list-of-dicts', { sides: ['none'] }, 'sides[0]'],
      ['list-of-dicts', { sides: [] }, 'sides'],
      ['list-of-dicts', { wait: 61 }, 'wait'],
    ] as const;
    for (const [name, body, path] of wrong) {
      const response = await api.http.post(`/v1/scenarios/${name}/runs`).send(body);
      expectProblem(response, 'invalid-request', 400);
      expect(response.body.errors[0].path).toBe(path);
    }
    const other = { allocator: { model: 'nothing' } };
    expectProblem(await api.http.post('/v1/scenarios/cpp-leak/runs').send(other), 'invalid-configuration', 400);
    const leak = await compare('cpp-leak');
    expectProblem(
      await api.http.get(`/v1/scenarios/generators/runs?runs=${leak.sides[0].runId}`),
      'invalid-request',
      400,
    );
    expectProblem(await api.http.get('/v1/scenarios/generators/runs'), 'invalid-request', 400);
    expectProblem(await api.http.get('/v1/scenarios/generators/runs?making=me'), 'invalid-request', 400);
    const unknown = '00000000-0000-4000-8000-000000000000';
    expectProblem(await api.http.get(`/v1/scenarios/generators/runs?making=${unknown}`), 'not-found', 404);
  });
});

describe('the list of dicts', () => {
  it(
    'tells how far its trace is, answers others meanwhile, and has the arenas of CPython 3.9 at every phase',
    async () => {
      const parameters = { iterations: 300_000, python: '3.9.18' };
      const { body } = await api.http
        .post('/v1/scenarios/list-of-dicts/runs')
        .send({ parameters, sides: ['keep-one'], wait: 0 });
      expect(body).toMatchObject({
        isDone: false,
        sides: [],
        making: { sides: [{ side: 'keep-one', isMade: false }] },
      });
      const progress: number[] = [];
      const begun = await made(body, ({ sides }) => progress.push(sides[0].events));
      // Others are answered while the trace is generated.
      expect(new Set(progress).size).toBeGreaterThan(3);
      expect(progress).toEqual([...progress].sort((a, b) => a - b));
      expect(begun.sides[0].events).toBeGreaterThanOrEqual(progress.at(-1) ?? 0);
      await api.runEnd(begun.sides[0].runId);
      const { sides } = await get(begun.self);
      expect(sides[0].phases.map(({ arenas }: Body) => arenas)).toEqual(
        arenasOf(parameters.python, parameters.iterations).map((arenas) => ({
          allocatedTotal: arenas.allocated_total,
          reclaimed: arenas.reclaimed,
          highWater: arenas.highwater,
          current: arenas.current,
          unusedPools: arenas.unused_pools,
        })),
      );
    },
    LONG,
  );

  it(
    'is served by one trace under three policies',
    async () => {
      const { sides } = await compare('list-of-dicts', { parameters: { iterations: 100_000 } });
      expect(new Set(sides.map(({ traceId }: Body) => traceId)).size).toBe(1);
      const [never, gives, keeps] = sides.map(({ phases }: Body) => phases.map(({ arenas }: Body) => arenas));
      expect(never[5]).toMatchObject({ reclaimed: 0, current: never[5].allocatedTotal });
      // What was kept is used again.
      expect(never[4].allocatedTotal).toBe(never[2].allocatedTotal);
      expect(gives[3].current).toBeLessThan(gives[2].current / 2);
      expect(keeps[3].current).toBe(gives[3].current + 1);
    },
    LONG,
  );
});
