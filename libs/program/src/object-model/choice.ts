/** What a program is: the client's choice, checked and with every default filled in. */
import {
  DATA_MODELS,
  MAX_PROGRAM_NAME,
  MAX_SOURCE_BYTES,
  OWNERSHIPS,
  type ProgramChoice,
  type ProgramSource,
  type ResolvedProgramChoice,
} from '@heapcast/contracts';
import { COLLECTOR_RULES, collectorRules, whyWithoutRules } from '../cpython-collector/rules.js';
import { CommandFields } from './command-fields.js';
import {
  DEFAULT_HEAP_BUDGET,
  DEFAULT_STACK_LIMIT,
  MAX_HEAP_BUDGET,
  MAX_STACK_LIMIT,
  MAX_THRESHOLD,
  MIN_STACK_LIMIT,
} from './limits.js';

const NEWEST_RULES = COLLECTOR_RULES[COLLECTOR_RULES.length - 1];
const MAX_FILE_LENGTH = 256;

/** Throws a `ProgramCommandError` that names the field. */
export function resolveProgramChoice(value: ProgramChoice): ResolvedProgramChoice {
  const fields = new CommandFields(value, 'a program', null);
  const ownership = fields.oneOf('ownership', OWNERSHIPS);
  const version = fields.has('version') ? fields.text('version', 16) : NEWEST_RULES.version;
  const rules = collectorRules(version);
  if (rules === undefined) {
    const known = COLLECTOR_RULES.map((row) => row.version).join(', ');
    const why = whyWithoutRules(version);
    throw fields.wrong('version', `a CPython whose collector is known (${known})${why && `; ${why}`}`);
  }
  const source = fields.has('source') && fields.raw('source') !== null ? readSource(fields.raw('source')) : null;
  const entry = fields.has('entry')
    ? fields.text('entry', MAX_PROGRAM_NAME)
    : ownership === 'manual'
      ? 'main'
      : '<module>';
  const stackLimit = fields.has('stackLimit')
    ? fields.integer('stackLimit', MIN_STACK_LIMIT, MAX_STACK_LIMIT)
    : DEFAULT_STACK_LIMIT;
  const heapBudget = fields.has('heapBudget') ? fields.integer('heapBudget', 0, MAX_HEAP_BUDGET) : DEFAULT_HEAP_BUDGET;
  const dataModel = fields.has('dataModel') ? fields.oneOf('dataModel', DATA_MODELS) : 'LP64';
  const [first, second, third] = fields.has('thresholds')
    ? fields.integers('thresholds', 3, 3, -MAX_THRESHOLD - 1, MAX_THRESHOLD)
    : rules.thresholds;
  fields.end();
  const thresholds = [first, second, third] as const;
  return { ownership, version: rules.version, source, entry, stackLimit, heapBudget, dataModel, thresholds };
}

function readSource(value: unknown): ProgramSource {
  const fields = new CommandFields(value, 'a source', null, 'source.');
  const source = { file: fields.text('file', MAX_FILE_LENGTH), text: fields.lines('text', MAX_SOURCE_BYTES) };
  fields.end();
  if (Buffer.byteLength(source.text) > MAX_SOURCE_BYTES)
    throw fields.wrong('text', `at most ${MAX_SOURCE_BYTES} bytes`);
  return source;
}
