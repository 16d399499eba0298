/**
 * What is typed into the search of events, as the query of the public interface: `leak:`, `arena:16`, `site:audit.py`, `size:>512`,
 * `size:64..512`, `class:64`, `op:free`, `block:4711`, `pool:3`, `0x7f55…`; any other word is part of a name, a label or a site.
 */
const OPS = ['malloc', 'calloc', 'realloc', 'free', 'mark'];
/** Outcomes that are mistakes. */
export const WRONG = 'outOfMemory,doubleFree,invalidFree,invalidRealloc';

export interface SearchWords {
  readonly query: string;
  /** Words that mean nothing, for the one who typed them. */
  readonly unknown: readonly string[];
}

export function searchQuery(typed: string): SearchWords {
  const query = new URLSearchParams();
  const unknown: string[] = [];
  const texts: string[] = [];
  for (const word of typed.trim().split(/\s+/).filter(Boolean)) {
    const [, name = '', value = ''] = /^([a-z]+):(.*)$/i.exec(word) ?? [];
    if (/^0x[0-9a-f]{1,13}$/i.test(word)) query.set('address', word);
    else if (name === '') texts.push(word);
    else if (!put(query, name.toLowerCase(), value)) unknown.push(word);
  }
  if (texts.length > 0) query.set('text', texts.join(' '));
  return { query: query.toString(), unknown };
}

const NUMBERS: Readonly<Record<string, string>> = { arena: 'arena', pool: 'pool', block: 'block', class: 'blockSize' };

function put(query: URLSearchParams, name: string, value: string): boolean {
  const number = NUMBERS[name];
  if (number !== undefined) {
    const digits = value.replace(/^a(?=\d)/i, '');
    if (!/^\d{1,10}$/.test(digits)) return false;
    query.set(number, digits);
  } else if (name === 'leak' || name === 'leaked') query.set('leaked', 'true');
  else if (name === 'wrong' || name === 'error') query.set('outcome', WRONG);
  else if (name === 'op' && OPS.includes(value)) query.set('op', value);
  else if ((name === 'site' || name === 'name') && value !== '') query.set(name, value);
  else if (name === 'type' && value !== '') query.set('name', `${value}#`);
  else if (name === 'size') return putSize(query, value);
  else return false;
  return true;
}

function putSize(query: URLSearchParams, value: string): boolean {
  const [, sign = '', from = '', to = ''] = /^(>=|<=|>|<)?(\d{1,10})(?:\.\.(\d{1,10}))?$/.exec(value) ?? [];
  if (from === '' || (to !== '' && sign !== '')) return false;
  const bytes = Number(from);
  if (to !== '') {
    query.set('minSize', from);
    query.set('maxSize', to);
  } else if (sign.startsWith('>')) query.set('minSize', String(sign === '>' ? bytes + 1 : bytes));
  else if (sign.startsWith('<')) query.set('maxSize', String(sign === '<' ? Math.max(0, bytes - 1) : bytes));
  else {
    query.set('minSize', from);
    query.set('maxSize', from);
  }
  return true;
}
