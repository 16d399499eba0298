/** Numbers in words: binary units, grouped digits, whole per cents. Always English, whatever the host's locale. */

const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'] as const;
const DIGITS = new Intl.NumberFormat('en-US');

/** `513 bytes`, `2.0 MiB`. */
export function bytesInWords(bytes: number): string {
  if (bytes < 1024) return count(bytes, 'byte');
  let value = bytes;
  let unit: string = UNITS[0];
  for (const larger of UNITS) {
    // 1023.95 would be said as 1024.0.
    value /= 1024;
    unit = larger;
    if (value < 1023.95) break;
  }
  return `${value.toFixed(1)} ${unit}`;
}

/** `1 arena`, `20,000 arenas`. */
export function count(amount: number, noun: string, plural = `${noun}s`): string {
  return `${DIGITS.format(amount)} ${amount === 1 ? noun : plural}`;
}

/** A share of 1 as `43 %`; what is there at all is never `0 %`, what is missing a little never `100 %`. */
export function perCent(share: number): string {
  if (share > 0 && share < 0.01) return 'under 1 %';
  if (share < 1 && share > 0.99) return 'over 99 %';
  return `${Math.round(share * 100)} %`;
}
