/**
 * `npm run bench`: measures every speed that is promised and prints it beside its target, as a table and as JSON.
 *
 *     --quick          a tenth of the work, to see that everything runs
 *     --only NAME      only the benchmarks whose name begins so (may be repeated)
 *     --json FILE      writes the JSON there instead of printing it
 *     --refsim FILE    source of the oracle's C simulator, for the model's ratio to C
 *     --list           names the benchmarks
 *
 * It fails when a benchmark fails, not when a target is missed: a slow machine is not an error.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { appendLatency } from './append-latency.js';
import { classroomLead } from './classroom-lead.js';
import { codecSpeed } from './codec-speed.js';
import { durableLatency } from './durable-latency.js';
import type { Benchmark, Figure } from './figure.js';
import { formatSpeed } from './format-speed.js';
import { frames } from './frames.js';
import { hibernation } from './hibernation.js';
import { modelSpeed } from './model-speed.js';
import { programSessions } from './program-sessions.js';
import { programSpeed } from './program-speed.js';
import { profileSpeed } from './profile-speed.js';
import { replaySpeed } from './replay-speed.js';
import { reportOf, tableOf } from './report.js';
import { snippetSpeed } from './snippet-speed.js';
import { streaming } from './streaming.js';
import { uploadSpeed } from './upload-speed.js';

const benchmarks: readonly Benchmark[] = [
  modelSpeed,
  codecSpeed,
  formatSpeed,
  replaySpeed,
  profileSpeed,
  programSpeed,
  programSessions,
  snippetSpeed,
  appendLatency,
  uploadSpeed,
  durableLatency,
  streaming,
  hibernation,
  classroomLead,
  frames,
];

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    json: { type: 'string' },
    refsim: { type: 'string' },
    list: { type: 'boolean', default: false },
  },
});

if (options.list) {
  for (const { name, title } of benchmarks) process.stdout.write(`${name.padEnd(12)}${title}\n`);
} else {
  await measure();
}

async function measure(): Promise<void> {
  const chosen = benchmarks.filter(
    ({ name }) => options.only.length === 0 || options.only.some((start) => name.startsWith(start)),
  );
  const scratch = mkdtempSync(path.join(tmpdir(), 'heapcast-bench-'));
  const figures: (Figure & { benchmark: string })[] = [];
  const failures: { benchmark: string; message: string }[] = [];
  try {
    for (const benchmark of chosen) {
      try {
        const context = { quick: options.quick, refsim: options.refsim ?? null, scratch, tell };
        const measured = await benchmark.run(context);
        figures.push(...measured.map((figure) => ({ ...figure, benchmark: benchmark.name })));
      } catch (error) {
        tell(`${benchmark.name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        failures.push({ benchmark: benchmark.name, message: error instanceof Error ? error.message : String(error) });
      }
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  const report = reportOf(figures, failures, options.quick);
  process.stdout.write(`${tableOf(report)}\n`);
  const json = `${JSON.stringify(report, null, 2)}\n`;
  if (options.json) writeFileSync(options.json, json);
  else process.stdout.write(json);
  if (failures.length > 0 || chosen.length === 0) process.exitCode = 1;
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
