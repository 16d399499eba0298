/** Writes `docs/configuration.md` from the settings themselves; a spec keeps the two equal. */
import { Configuration } from './configuration.js';
import { settings } from './setting.js';

export function configurationReference(): string {
  const defaults = new Map<string, unknown>(Object.entries(new Configuration()));
  const lines = [
    '# Configuration',
    '',
    'Everything is set by environment variables, read once at start. A value that cannot be used stops the start with a',
    'message that names the variable. Bytes may be written as `1048576`, `512KiB`, `64MiB` or `2GiB`.',
    '',
    '<!-- Written from apps/api/src/configuration/configuration.ts; a spec keeps the two equal. -->',
  ];
  let group = '';
  for (const setting of settings) {
    if (setting.group !== group) {
      group = setting.group;
      lines.push('', `## ${group}`, '');
    }
    const value = defaults.get(setting.property);
    const unset = value === undefined || (Array.isArray(value) && value.length === 0);
    const shown = unset ? 'not set' : `\`${setting.write(value)}\``;
    lines.push(`- \`${setting.variable}\` (${shown}): ${setting.description} _Form: ${setting.form}._`);
  }
  return `${lines.join('\n')}\n`;
}
