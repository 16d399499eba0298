/**
 * Opens a session, watches it over the socket and asks for memory from the same program.
 *
 *     node dist/examples/watch.js              (HEAPCAST_URL, default http://localhost:3000)
 *     node dist/examples/watch.js SESSION      watches that session only, until Ctrl+C
 */
import type { CreatedSession, SessionEvent } from '@heapcast/contracts';
import { SessionClient } from './client.js';

const url = process.env.HEAPCAST_URL ?? 'http://localhost:3000';
const place = ({ arena, pool, index }: SessionEvent) =>
  arena === null ? '' : ` at ${arena}·${pool ?? '-'}·${index ?? '-'}`;
const onEvent = (event: SessionEvent) =>
  console.log(`${event.seq} ${event.op} ${event.name ?? `block ${event.block}`}: ${event.outcome}${place(event)}`);

const [watched] = process.argv.slice(2);
if (watched) {
  const watcher = new SessionClient({ url, sessionId: watched, onEvent });
  process.once('SIGINT', () => watcher.close());
} else {
  const response = await fetch(`${url}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'watch example', allocator: { model: 'pymalloc', profile: 'cpython-3.13' } }),
  });
  const session: CreatedSession = JSON.parse(await response.text());

  const client = new SessionClient({
    url,
    sessionId: session.id,
    token: session.ownerToken,
    name: 'the example',
    onEvent,
    onSubscribed: ({ presence }) => console.log(`watching with ${presence.count} in the session`),
  });
  await client.request(
    [
      { op: 'malloc', size: 24, id: 'a' },
      { op: 'malloc', size: 24, id: 'b' },
    ],
    'first',
  );
  const { seq } = await client.request(
    [
      { op: 'free', id: 'a' },
      { op: 'malloc', size: 30, id: 'c' },
      { op: 'free', id: 'a' },
    ],
    'second',
  );
  await client.reached(seq);
  client.close();
}
