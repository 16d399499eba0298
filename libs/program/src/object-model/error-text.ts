/** What went wrong, in as many words as an event has room for: an event is the label of a mark, whose bytes are bounded. */
import { MAX_PROGRAM_EVENT_BYTES, type ProgramEvent } from '@heapcast/contracts';

const MAX_ERROR_LENGTH = 400;
/** `,"error":""` */
const ERROR_FIELD_BYTES = 11;

/** As much of a text as fits the event. */
export function fitting(text: string, event: ProgramEvent): string {
  const room = MAX_PROGRAM_EVENT_BYTES - ERROR_FIELD_BYTES - Buffer.byteLength(JSON.stringify(event));
  let fit = text.slice(0, MAX_ERROR_LENGTH);
  while (Buffer.byteLength(JSON.stringify(fit)) - 2 > room) fit = fit.slice(0, fit.length / 2);
  return /[\uD800-\uDBFF]$/.test(fit) ? fit.slice(0, -1) : fit;
}
