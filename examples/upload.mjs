/**
 * Makes a trace of 300,000 requests in the columns format, uploads it, runs it on several Pythons and compares.
 *
 *     node examples/upload.mjs        (HEAPCAST_URL, default http://localhost:3000)
 *
 * Nothing but Node itself. The format is described byte by byte in docs/formats/columns.md.
 */
const base = process.env.HEAPCAST_URL ?? 'http://localhost:3000';
const PROFILES = ['cpython-2.3', 'cpython-3.8', 'cpython-3.9', 'cpython-3.13'];

async function call(path, init) {
  const response = await fetch(base + path, init);
  const body = await response.json();
  if (!response.ok) throw new Error(`${path}: ${body.title}: ${body.detail ?? ''}`);
  return body;
}

/** Rounds of blocks of one size: all placed, all but every 50th freed. The few that stay pin what they lie in. */
function pinningProgram() {
  const op = [];
  const size = [];
  const ref = [];
  let blocks = 0;
  for (let round = 0; round < 15; round++) {
    const first = blocks + 1;
    for (let i = 0; i < 10_000; i++) {
      op.push(1);
      size.push(32 + 16 * round);
      ref.push(0);
      blocks++;
    }
    for (let block = first; block <= blocks; block++) {
      if (block % 50 === 0) continue;
      op.push(4);
      size.push(0);
      ref.push(blocks + 1 - block);
    }
  }
  return { op, size, ref };
}

function columns({ op, size, ref }) {
  const n = op.length;
  const bytes = Buffer.alloc(16 + 4 + 9 * n + 8);
  bytes.write('HEAPCOLS', 'latin1');
  bytes.writeUInt16LE(1, 8);
  bytes.writeUInt32LE(n, 16);
  size.forEach((value, i) => bytes.writeUInt32LE(value, 20 + 4 * i));
  ref.forEach((value, i) => bytes.writeUInt32LE(value, 20 + 4 * n + 4 * i));
  op.forEach((value, i) => bytes.writeUInt8(value, 20 + 8 * n + i));
  bytes.writeUInt32LE(n, bytes.length - 4);
  return bytes;
}

/** Waits on the run's Server-Sent Events until it is done. */
async function finished(run) {
  const progress = await fetch(`${base}/v1/runs/${run.id}/progress`);
  for await (const _ of progress.body); // the service ends the stream with the run
  return call(`/v1/runs/${run.id}`);
}

const trace = await call('/v1/traces?name=pinning', {
  method: 'POST',
  headers: { 'content-type': 'application/vnd.heapcast.columns' },
  body: columns(pinningProgram()),
});
console.log(
  `trace ${trace.id.slice(0, 12)}: ${trace.events} requests, at most ${trace.peakLiveBlocks} blocks at once\n`,
);

const rows = [];
for (const profile of PROFILES) {
  const body = JSON.stringify({ trace: trace.id, allocator: { model: 'pymalloc', profile } });
  const run = await call('/v1/runs', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const { summary } = await finished(run);
  rows.push({
    profile,
    'peak mapped': summary.peaks.mappedBytes.value,
    'mapped at the end': summary.end.totals.mappedBytes,
    'requested at the end': summary.end.totals.requestedBytes,
    'arenas given back': summary.regions.unmapped,
  });
}
console.table(rows);
