/**
 * Draws the curves of one or more runs as an SVG picture, from the public API alone.
 *
 *     node examples/picture.mjs RUN [RUN …] > picture.svg      (HEAPCAST_URL, default http://localhost:3000)
 *
 * Blue is requested and allocated, orange is what is mapped but holds no block. All panels share one scale.
 */
const base = process.env.HEAPCAST_URL ?? 'http://localhost:3000';
const runs = process.argv.slice(2);
if (runs.length === 0) {
  console.error('usage: node examples/picture.mjs RUN [RUN …]');
  process.exit(2);
}

const WIDTH = 960;
const HEIGHT = 300;
const PLOT = { left: 64, right: 16, top: 56, bottom: 40, gap: 40 };

async function get(path) {
  const response = await fetch(base + path);
  const body = await response.json();
  if (!response.ok) throw new Error(`${path}: ${body.detail ?? body.title}`);
  return body;
}

const round = (value) => Math.round(value * 10) / 10;
const mebibytes = (bytes) => `${round(bytes / 2 ** 20)} MiB`;
const text = (x, y, content, more = '') =>
  `<text x="${round(x)}" y="${round(y)}" ${more}>${content.replace(/[<&]/g, (c) => (c === '<' ? '&lt;' : '&amp;'))}</text>`;

/** A filled area under `values`, one value a bucket. */
function area(values, x, y, fill) {
  const points = values.map((value, i) => `${round(x(i))},${round(y(value))}`);
  return `<polygon fill="${fill}" points="${round(x(0))},${round(y(0))} ${points.join(' ')} ${round(x(values.length - 1))},${round(y(0))}"/>`;
}

function panel(run, left, width, top) {
  const { curve, peaks } = run.summary;
  const bottom = HEIGHT - PLOT.bottom;
  const x = (i) => left + (i / (curve.mappedMax.length - 1)) * width;
  const y = (bytes) => bottom - (bytes / top) * (bottom - PLOT.top);
  const line = curve.mappedMax.map((value, i) => `${round(x(i))},${round(y(value))}`).join(' ');
  return [
    text(
      left,
      24,
      `${run.allocator.profile}: ${mebibytes(run.summary.end.totals.mappedBytes)} mapped at the end`,
      'class="title"',
    ),
    text(
      left,
      42,
      `${run.summary.regions.mapped} arenas mapped, ${run.summary.regions.unmapped} given back, peak ${mebibytes(peaks.mappedBytes.value)}`,
    ),
    area(curve.mappedMax, x, y, '#F2B98F'),
    area(curve.allocatedMax, x, y, '#93A3E6'),
    area(curve.requestedMax, x, y, '#3A55C5'),
    `<polyline fill="none" stroke="#B8430F" stroke-width="1.5" points="${line}"/>`,
    `<line x1="${left}" x2="${left + width}" y1="${bottom}" y2="${bottom}" stroke="#CFCFC8"/>`,
    text(left, bottom + 16, '0'),
    text(left + width, bottom + 16, `${run.summary.events.toLocaleString('en')} events`, 'text-anchor="end"'),
  ].join('\n');
}

const shown = await Promise.all(runs.map((run) => get(`/v1/runs/${run}`)));
const top = Math.max(...shown.map(({ summary }) => summary.peaks.mappedBytes.value)) * 1.05;
const width = (WIDTH - PLOT.left - PLOT.right - PLOT.gap * (shown.length - 1)) / shown.length;
const keys = [
  ['#3A55C5', 'requested'],
  ['#93A3E6', 'allocated'],
  ['#F2B98F', 'mapped, no block'],
].map(([fill, label], i) => {
  const x = PLOT.left + i * 110;
  return `<rect x="${x}" y="${HEIGHT - 14}" width="10" height="10" fill="${fill}"/>${text(x + 15, HEIGHT - 5, label)}`;
});
const bottom = HEIGHT - PLOT.bottom;

console.log(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="11" fill="#4C5157">
<style>.title { font-size: 14px; font-weight: 600; fill: #17191C }</style>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#FFFFFF"/>
${text(PLOT.left - 8, PLOT.top + 4, mebibytes(top / 1.05), 'text-anchor="end"')}
${text(PLOT.left - 8, bottom + 4, '0', 'text-anchor="end"')}
${shown.map((run, i) => panel(run, PLOT.left + i * (width + PLOT.gap), width, top)).join('\n')}
${keys.join('\n')}
</svg>`);
