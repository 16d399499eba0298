/**
 * How a program ended: by itself, by a limit, or by a trap, which is told as what a C programmer would call it.
 * V8 says in words what happened and in which wasm functions; there is no other way to learn it.
 */
import type { SnippetOutcome } from '../protocol.js';

/** Thrown through the program by the host to end it. */
export class Stop extends Error {
  override readonly name = 'Stop';

  constructor(
    readonly outcome: SnippetOutcome,
    readonly detail: string,
    /** Of a program that ended itself. */
    readonly status: number | null = null,
  ) {
    super(detail);
  }
}

export interface Trap {
  readonly type: string;
  readonly message: string;
}

/** Signs of a trap in V8's words, and what they are called here. */
const TRAPS: readonly (readonly [RegExp, string, string])[] = [
  [/call stack/i, 'StackOverflow', 'The stack is full: a recursion that does not end, or too large local variables.'],
  [
    /null function|signature mismatch|table index/,
    'BadFunctionPointer',
    'A function was called by a pointer that is not one to such a function.',
  ],
  [
    /out of bounds|outside the bounds|Invalid typed array/,
    'SegmentationFault',
    'Memory was accessed that the program does not have.',
  ],
  [/divide by zero|remainder by zero/, 'DivisionByZero', 'A whole number was divided by 0.'],
  [/unrepresentable/, 'ArithmeticOverflow', 'The result of the division cannot be represented.'],
  [
    /unreachable/,
    'Unreachable',
    'Code was reached that must not be: a function that returns nothing where it should, or undefined behaviour.',
  ],
];

const ABORT: Trap = { type: 'Abort', message: 'The program called abort().' };

/**
 * @param functions names of the functions that were running, innermost first
 * @param isStackUsedUp whether the stack pointer has left the stack
 */
export function describeTrap(error: Error, functions: readonly string[], isStackUsedUp: boolean): Trap {
  if (functions.slice(0, 3).some((name) => name === 'abort' || name === '__abort_message')) return ABORT;
  const words = isStackUsedUp ? 'call stack' : error.message;
  const found = TRAPS.find(([sign]) => sign.test(words));
  return found ? { type: found[1], message: found[2] } : { type: error.name, message: error.message };
}

/**
 * Calls what may throw an error out of a module, with all its frames. @param enter runs the program
 * @throws what the program throws
 */
export function withAllFrames(enter: () => void): void {
  const usual = Error.stackTraceLimit;
  Error.stackTraceLimit = Infinity;
  try {
    enter();
  } finally {
    Error.stackTraceLimit = usual;
  }
}

/**
 * Offsets in the module of the frames of an error that came out of it, innermost first. V8's own frames are asked, not the
 * text of the stack: whoever watches over the process (source maps, a test runner) may write that anew. They are there until
 * the stack was first looked at.
 */
export function wasmOffsets(error: Error): number[] {
  const offsets: number[] = [];
  const usual = Reflect.get(Error, 'prepareStackTrace');
  Error.prepareStackTrace = (_, frames) => {
    for (const frame of frames) {
      // Of wasm, the column counts bytes of the module from 1.
      if (frame.getFileName()?.startsWith('wasm:')) offsets.push((frame.getColumnNumber() ?? 1) - 1);
    }
    return '';
  };
  try {
    void error.stack;
  } finally {
    Reflect.set(Error, 'prepareStackTrace', usual);
  }
  return offsets;
}
