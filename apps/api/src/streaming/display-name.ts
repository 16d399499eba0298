/** What a person may be called in the list of who is here: one line of text that cannot disturb the page around it. */

const MOST_CHARACTERS = 40;
/** Controls, unassigned and private characters, halves of surrogate pairs, and what turns the direction of text around. */
const DISTURBING = /[\p{Cc}\p{Cn}\p{Co}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** Cleaned, trimmed and cut to 40 characters; empty = anonymous. */
export function displayName(given: string | undefined): string {
  if (given === undefined) return '';
  const line = given.replaceAll(/\s/gu, ' ').replaceAll(DISTURBING, '').normalize('NFC').replaceAll(/ +/g, ' ').trim();
  return Array.from(line).slice(0, MOST_CHARACTERS).join('').trim();
}
