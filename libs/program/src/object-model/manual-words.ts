/** Eight bytes, as an address or as data that is none. */
import { Word } from '../memcheck/shadow-memory.js';

/** Every byte of data is this one, as memcheck's data accesses write it. */
const DATA_HALF = 0x5a5a5a5a;

export function pointerWord(address: number): Word {
  const word = new Word();
  word.setAddress(address);
  return word;
}

/** Initialised, and no address of anything. */
export function dataWord(): Word {
  const word = new Word();
  word.low = DATA_HALF;
  word.high = DATA_HALF;
  return word;
}
