/** Environment variables -> `Configuration`. All that is wrong is said at once, before anything is started. */
import { validateSync } from 'class-validator';
import { Configuration } from './configuration.js';
import { settings } from './setting.js';

/** Values that no message repeats. */
const SECRET: ReadonlySet<string> = new Set(['apiKeys', 'databaseUrl']);

/** The environment holds values that the service cannot run with. `message` has one line for each. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  constructor(readonly complaints: readonly string[]) {
    super(`The configuration is not usable:\n${complaints.map((complaint) => `  ${complaint}`).join('\n')}`);
  }
}

/**
 * @param environment for example `process.env`; an empty value counts as not set.
 * @throws ConfigurationError
 */
export function readConfiguration(environment: Readonly<Record<string, string | undefined>>): Configuration {
  const complaints: string[] = [];
  const values: Record<string, unknown> = {};
  for (const { variable, property, read } of settings) {
    const text = environment[variable]?.trim();
    if (text === undefined || text === '') continue;
    try {
      values[property] = read(text);
    } catch (error) {
      complaints.push(
        `${variable}=${SECRET.has(property) ? '…' : text}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  return checked(values, complaints);
}

/** The defaults with some values replaced: what tests and tools start a service with. @throws ConfigurationError */
export function configure(values: Partial<Configuration> = {}): Configuration {
  return checked(values, []);
}

function checked(values: object, complaints: string[]): Configuration {
  const configuration = Object.assign(new Configuration(), values);
  for (const { property, value, constraints } of validateSync(configuration, { forbidUnknownValues: true })) {
    const setting = settings.find((candidate) => candidate.property === property);
    const name = setting?.variable ?? property;
    const shown = setting && !SECRET.has(property) ? setting.write(value) : '…';
    complaints.push(`${name}=${shown}: ${[...new Set(Object.values(constraints ?? {}))].join(', ')}`);
  }
  if (complaints.length > 0) throw new ConfigurationError(complaints);
  return configuration;
}
