/**
 * Where something is, as a path from a variable: `head`, `head.next`, `table[3].name`.
 *
 * Grammar: a variable, then any number of `.field` and `[index]`. Names hold letters (of any script), digits, `_` and `$`
 * and do not start with a digit. Indices are whole.
 */
import { MAX_PLACE_LENGTH, MAX_PROGRAM_NAME } from '@heapcast/contracts';

/** A field by name, or an element by index. */
export type Step = string | number;

export interface ParsedPlace {
  readonly variable: string;
  readonly steps: readonly Step[];
}

const NAME = String.raw`[\p{L}_$][\p{L}\p{N}\p{M}_$]*`;
const PLACE = new RegExp(String.raw`^(${NAME})((?:\.${NAME}|\[-?\d{1,9}\])*)$`, 'u');
const STEP = new RegExp(String.raw`\.(${NAME})|\[(-?\d{1,9})\]`, 'gu');
const WHOLE_NAME = new RegExp(`^${NAME}$`, 'u');
const RECENT_PLACES = 512;

const recent = new Map<string, ParsedPlace>();

/** Why a text is no name of a variable or field; null if it is one. The sentence continues "the name …". */
export function nameFault(name: string): string | null {
  if (name === '') return 'is empty';
  if (name.length > MAX_PROGRAM_NAME) return `is longer than ${MAX_PROGRAM_NAME} characters`;
  return WHOLE_NAME.test(name) ? null : 'is not letters, digits and _ without a digit in front';
}

/** Null if the text is no place. */
export function parsePlace(text: string): ParsedPlace | null {
  const known = recent.get(text);
  if (known !== undefined) return known;
  if (text.length > MAX_PLACE_LENGTH) return null;
  const match = PLACE.exec(text);
  if (match === null || match[1].length > MAX_PROGRAM_NAME) return null;
  const steps: Step[] = [];
  for (const [, field, index] of match[2].matchAll(STEP)) {
    if (field !== undefined && field.length > MAX_PROGRAM_NAME) return null;
    steps.push(field ?? Number(index));
  }
  const place: ParsedPlace = { variable: match[1], steps };
  if (recent.size === RECENT_PLACES) recent.clear();
  recent.set(text, place);
  return place;
}

/** The place of an earlier part: the variable and the first `steps` steps. */
export function placeText({ variable, steps }: ParsedPlace, length = steps.length): string {
  return variable + steps.slice(0, length).map(stepText).join('');
}

export function stepText(step: Step): string {
  return typeof step === 'number' ? `[${step}]` : `.${step}`;
}

/** How a field is called in a list of fields: `next`, `[3]`. */
export function fieldName(step: Step): string {
  return typeof step === 'number' ? `[${step}]` : step;
}
