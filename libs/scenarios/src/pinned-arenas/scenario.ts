/** A service that never shrinks: a few small objects that stay keep arenas that were full of others. */
import type { Site } from '@heapcast/trace';
import { integerOf } from '../parameters.js';
import type { Scenario, TraceSide } from '../scenario.js';
import { type Noting, ReportService, type ReportSites } from './report-service.js';

/** As in the recordings: no arena is pool-aligned, each loses one of its 64 pools. */
const MISALIGNED = new Uint8Array(4096).fill(1);

const FILE = 'orders.py';
const HEAD = `audit = []

def serve(request):
    order = parse(request)
    return page(order)

def report(orders):
    rows = []
    for number in orders:
        row = {'number': number, 'total': total(number), 'text': text(number)}
        rows.append(row)
`;
const AT_ONCE = `${HEAD}        if suspicious(row):
            audit.append((number, row['total']))
    send(rows)
`;
const LATER = `${HEAD}    noted = array('q')
    for row in rows:
        if suspicious(row):
            noted.append(row['number'])
    send(rows)
    del rows, row
    for number in noted:
        audit.append((number, total(number)))
`;

interface Telling {
  readonly noting: Noting;
  readonly name: string;
  readonly title: string;
  readonly text: string;
  /** Where a row is noted for ever, where its number is kept until then, and where the rows are dropped. */
  readonly lines: { readonly note: number; readonly numbers: number; readonly drop: number };
  readonly made: string;
  readonly dropped: string;
}

function side({ noting, name, title, text, lines, made, dropped }: Telling): TraceSide {
  const sites: Site[] = [];
  const site = (line: number, function_: string): number =>
    sites.push({ function: function_, file: FILE, line, parent: 0 });
  const at: ReportSites = {
    parse: site(4, 'serve'),
    page: site(5, 'serve'),
    list: site(8, 'report'),
    order: site(9, 'report'),
    row: site(10, 'report'),
    append: site(11, 'report'),
    note: site(lines.note, 'report'),
    numbers: site(lines.numbers, 'report'),
  };
  return {
    kind: 'trace',
    name,
    title,
    source: { language: 'python', file: FILE, text },
    allocator: () => ({ model: 'pymalloc', profile: 'cpython-3.12' }),
    traceKey: (parameters) => JSON.stringify([noting, parameters.orders, parameters.oneIn]),
    trace: (parameters) => {
      const orders = integerOf(parameters, 'orders');
      return {
        name: `orders.py, a report of ${orders} orders, ${noting.replaceAll('-', ' ')}`,
        origin: { recordedOn: 'cpython-3.12', arenaSize: 1_048_576, poolSize: 16_384, arenaMisalignment: MISALIGNED },
        sites,
        chunks: new ReportService(orders, integerOf(parameters, 'oneIn'), noting, at).chunks(),
      };
    },
    steps: () => [
      { sentence: 'The service answers requests. What it needs for one is free for the next.', line: 5 },
      { sentence: made, line: lines.numbers },
      { sentence: dropped, line: lines.drop },
      { sentence: 'The service answers requests again. How much does it hold for them?', line: 5 },
      { sentence: 'The nightly report, a smaller one: it finds room in the arenas that stayed.', line: 10 },
      { sentence: 'It goes as well. Every noted row is still there.', line: lines.drop },
    ],
  };
}

export const pinnedArenas: Scenario = {
  name: 'pinned-arenas',
  title: 'The service that never shrinks',
  about:
    'A report needs memory for thousands of rows, and all of it is freed. But while it was made, a few rows were noted ' +
    'for ever, and what was noted lies between the rows: in arenas that would be empty without it. An arena goes back ' +
    'only when the last block in it dies. Noted after the rows are gone, the same notes lie side by side.',
  lookFor: [
    'Pinned arenas after the report was dropped: full once, now a few blocks in each.',
    'What pins them: not only the pairs. A pair refers to the number and the total of its row, so these stay as well.',
    'The other side at the same moment: the same notes, in one or two arenas.',
  ],
  parameters: [
    {
      name: 'orders',
      title: 'Orders in the report',
      type: 'integer',
      default: 60_000,
      minimum: 100,
      maximum: 1_000_000,
      sessionDefault: 6000,
      sessionMaximum: 12_000,
    },
    {
      name: 'oneIn',
      title: 'Orders that come to one that is noted',
      type: 'integer',
      default: 400,
      minimum: 1,
      maximum: 1_000_000,
    },
  ],
  sides: [
    side({
      noting: 'between-the-rows',
      name: 'at-once',
      title: 'Noted at once, between the rows',
      text: AT_ONCE,
      lines: { note: 13, numbers: 13, drop: 14 },
      made: 'The report is made, row after row. A few rows are noted for ever, each as soon as it is seen.',
      dropped: 'The report is sent, and its rows go. Which arenas go with them?',
    }),
    side({
      noting: 'after-the-rows',
      name: 'later',
      title: 'Noted after the rows are gone',
      text: LATER,
      lines: { note: 19, numbers: 15, drop: 17 },
      made: 'The report is made, row after row. Which rows are to be noted is kept as numbers in one array.',
      dropped: 'The rows go, and only then are the notes made: side by side.',
    }),
  ],
  claims: [
    { measure: 'arenasAtEnd', change: 'less', sentence: 'What is kept lies together.' },
    { measure: 'arenasGivenBack', change: 'more', sentence: 'Whatever else was full is wholly free, and goes.' },
  ],
};
