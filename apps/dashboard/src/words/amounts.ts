/** Bytes and counts as people read them: rounded in place, exact on demand. */

const THIN_SPACE = '\u2009';
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `1 314 540` */
export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);
}

/** `26.0 MiB`, `336 B` */
export function bytes(value: number): string {
  let unit = 0;
  let amount = value;
  while (amount >= 1024 && unit < UNITS.length - 1) {
    amount /= 1024;
    unit++;
  }
  return unit === 0 ? `${count(amount)} B` : `${amount.toFixed(1)} ${UNITS[unit]}`;
}

/** `4.1 of 12.6 million events`, `1 200 of 8 000 events` */
export function progressOf(done: number, total: number): string {
  if (total < 1e6) return `${count(done)} of ${count(total)} events`;
  return `${(done / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} million events`;
}

/** `940`, `1.2k`, `3.4M`: a rate, of which nobody reads the last digits. */
export function roughly(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(1)}M`;
  return value >= 1e4 ? `${Math.round(value / 1e3)}k` : value >= 1e3 ? `${(value / 1e3).toFixed(1)}k` : count(value);
}

/** `27 262 976 B` */
export function exactBytes(value: number): string {
  return `${count(value)} B`;
}

/** `3%`, `<1%` */
export function share(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '0%';
  const percent = (100 * part) / whole;
  return percent < 1 ? '<1%' : `${Math.round(percent)}%`;
}

/** `1 block`, `3 blocks` */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

export function address(value: number): string {
  return `0x${value.toString(16)}`;
}
