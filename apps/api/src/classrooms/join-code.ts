/** Join codes: three letters and three digits that nobody mixes up when they are read aloud or from far away. */
import { randomInt } from 'node:crypto';

const LETTERS = 'ABCDEFGHJKMNPQRSTUVWXYZ';
const DIGITS = '23456789';
const FORM = new RegExp(`^[${LETTERS}]{3}[${DIGITS}]{3}$`);

export function mintCode(): string {
  return `${draw(LETTERS)}${draw(LETTERS)}${draw(LETTERS)}${draw(DIGITS)}${draw(DIGITS)}${draw(DIGITS)}`;
}

function draw(from: string): string {
  return from.charAt(randomInt(from.length));
}

/** A code as somebody typed it, in any case, with spaces and hyphens; `null` = no code looks like this. */
export function readCode(typed: string): string | null {
  const code = typed.toUpperCase().replaceAll(/[\s-]/g, '');
  return FORM.test(code) ? code : null;
}

/** As people read it: `ABC 234`. */
export function showCode(code: string): string {
  return `${code.slice(0, 3)} ${code.slice(3)}`;
}
