/** A classroom outlives the process: what was acknowledged is there after `kill -9`, and a restart ends nothing. */
import { afterAll, afterEach, expect, it } from '@jest/globals';
import { Service } from '../support/service.js';
import { leaveAll, Pupil } from './classroom-client.js';
import { SessionClient } from './sessions-client.js';

afterEach(leaveAll);
afterAll(() => Service.stopAll());

it('goes on after kill -9 and after a restart: the same people, places, copies and a lead that plays', async () => {
  const service = await Service.start({ patience: 120_000 });
  const session = await SessionClient.open(service.url, { visibility: 'private' });
  await session.ask(...Array.from({ length: 50 }, () => ({ op: 'malloc' as const, size: 64 })));
  const subject = { kind: 'session', id: session.id };
  const ada = await Pupil.open(service.url, { name: 'Ada', subject }, session.token);
  const grace = await Pupil.join(service.url, ada.code, 'Grace');
  await ada.enter();
  await grace.enter();
  const copy = await grace.asks('POST', '/copies', { event: 10 });
  await grace.asks('PATCH', `/copies/${copy.id}`, { shown: true });
  await grace.does('classroom:place', { following: false, event: 7 });
  await ada.asks('PATCH', `/people/${grace.id}`, { name: 'Grace H.' });
  const began = Date.now();
  await ada.does('classroom:lead', { event: 0, speed: 0.5, view: 'party' });

  // In the middle of moves: those that were acknowledged, and no older one, are there afterwards.
  let acknowledged = 0;
  const moving = (async () => {
    for (let i = 0; i < 2000; i++) {
      const answer = await ada.socket.timeout(2000).emitWithAck('classroom:lead', { zoom: 1 + i });
      if (answer.ok) acknowledged = Math.max(acknowledged, answer.lead.revision);
    }
  })().catch(() => undefined);
  await ada.hears('classroom:led', ({ lead }) => lead.revision > 5);
  await service.kill();
  await moving;
  ada.heard.length = 0;
  grace.heard.length = 0;
  await service.restart();

  const state = await ada.hears('classroom:state');
  expect(state.lead.revision).toBeGreaterThanOrEqual(acknowledged);
  expect(state.lead).toMatchObject({ speed: 0.5, view: 'party' });
  // The clock went on, also while nobody was there to keep it.
  const { lead } = await ada.asks('PUT', '/lead', { zoom: 1 });
  const played = (0.5 * (Date.now() - began)) / 1000;
  expect(lead.event).toBeGreaterThanOrEqual(Math.floor(played) - 3);
  expect(lead.event).toBeLessThanOrEqual(Math.ceil(played) + 1);
  const again = await grace.hears('classroom:state');
  expect(again.people.find((person: { id: string }) => person.id === grace.id)).toMatchObject({
    name: 'Grace H.',
    following: false,
    place: 7,
  });
  expect(again.copies).toMatchObject([{ id: copy.id, shown: true }]);
  await Pupil.join(service.url, ada.code, 'Linus');
  const read = { headers: { authorization: `Bearer ${grace.token}` } };
  expect((await fetch(`${service.url}/v1/sessions/${session.id}`, read)).status).toBe(200);

  grace.heard.length = 0;
  expect((await service.stop()).code).toBe(0);
  await service.restart();
  const third = await grace.hears('classroom:state');
  expect(third.people).toHaveLength(3);
  expect(third.code).toBe(ada.code);
}, 180_000);
