/** Text of teachers as it is kept: lines stay lines; what disturbs the page around it, or turns its direction around, goes. */

/** Controls but the line feed, unassigned and private characters, halves of surrogate pairs, direction overrides. */
const DISTURBING = /(?!\n)[\p{Cc}\p{Cn}\p{Co}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

export function cleanText(given: string): string {
  return given.replaceAll(/\r\n?/g, '\n').replaceAll('\t', ' ').replaceAll(DISTURBING, '').normalize('NFC').trim();
}
