/**
 * All that a C or C++ program gets from the outside: standard output and error, the clock, its end. No files, no network, no
 * environment; random numbers are the same in every run. Whatever else the C library asks for is answered with "no such
 * function", and what a program imports beyond that keeps it from being started.
 * Source: WASI snapshot preview 1.
 */
import type { OutputMessage } from '../protocol.js';

const Errno = { success: 0, badDescriptor: 8, invalid: 28, noSystemCall: 52, illegalSeek: 70 } as const;
const CHARACTER_DEVICE = 2;
const FDSTAT_BYTES = 24;
const RIGHTS_AT = 8;
/** Write, and nothing else. */
const RIGHT_TO_WRITE = 1n << 6n;
const STDIN = 0;
const STDERR = 2;
const MONOTONIC = 1;
const RESOLUTION = 1000n;
const SUBSCRIPTION_BYTES = 48;
const EVENT_BYTES = 32;

export interface System {
  memory(): ArrayBuffer;
  write(stream: OutputMessage['stream'], bytes: Uint8Array): void;
  /** Ends the program; does not return. */
  exit(status: number): never;
  /** Waits, if that is allowed; does not return when time is up. */
  sleep(milliseconds: number): void;
  /** Nanoseconds since the program started. */
  elapsed(): bigint;
}

type SystemCall = (...args: never[]) => number | undefined;

export function systemInterface(system: System): Readonly<Record<string, SystemCall>> {
  const view = (): DataView => new DataView(system.memory());
  const bytes = (from: number, length: number): Uint8Array => new Uint8Array(system.memory(), from >>> 0, length >>> 0);
  const started = BigInt(Date.now()) * 1_000_000n;
  let random = 0x9e37_79b9;
  return {
    proc_exit: (status: number) => system.exit(status),
    fd_write(descriptor: number, vectors: number, count: number, written: number) {
      if (descriptor <= STDIN || descriptor > STDERR) return Errno.badDescriptor;
      const memory = view();
      let total = 0;
      for (let i = 0; i < count; i++) {
        const at = (vectors >>> 0) + 8 * i;
        const piece = bytes(memory.getUint32(at, true), memory.getUint32(at + 4, true));
        total += piece.length;
        if (piece.length > 0) system.write(descriptor === STDERR ? 'stderr' : 'stdout', piece);
      }
      memory.setUint32(written >>> 0, total, true);
      return Errno.success;
    },
    fd_read(descriptor: number, _vectors: number, _count: number, read: number) {
      if (descriptor !== STDIN) return Errno.badDescriptor;
      view().setUint32(read >>> 0, 0, true);
      return Errno.success;
    },
    fd_close: (descriptor: number) => (isStandard(descriptor) ? Errno.success : Errno.badDescriptor),
    fd_seek: (descriptor: number) => (isStandard(descriptor) ? Errno.illegalSeek : Errno.badDescriptor),
    fd_fdstat_get(descriptor: number, to: number) {
      if (!isStandard(descriptor)) return Errno.badDescriptor;
      bytes(to, FDSTAT_BYTES).fill(0);
      // A terminal: what is printed is flushed line by line, so that a trap does not swallow it.
      view().setUint8(to >>> 0, CHARACTER_DEVICE);
      view().setBigUint64((to >>> 0) + RIGHTS_AT, RIGHT_TO_WRITE, true);
      return Errno.success;
    },
    fd_prestat_get: () => Errno.badDescriptor,
    environ_sizes_get: (count: number, length: number) => zeros(view(), count, length),
    environ_get: () => Errno.success,
    args_sizes_get: (count: number, length: number) => zeros(view(), count, length),
    args_get: () => Errno.success,
    clock_res_get(_clock: number, to: number) {
      view().setBigUint64(to >>> 0, RESOLUTION, true);
      return Errno.success;
    },
    clock_time_get(clock: number, _precision: bigint, to: number) {
      const elapsed = system.elapsed();
      view().setBigUint64(to >>> 0, clock === MONOTONIC ? elapsed : started + elapsed, true);
      return Errno.success;
    },
    random_get(to: number, length: number) {
      const target = bytes(to, length);
      for (let i = 0; i < target.length; i++) {
        random = Math.imul(random ^ (random >>> 15), 0x2c1b_3c6d) + 0x297a_2d39;
        target[i] = random >>> 24;
      }
      return Errno.success;
    },
    sched_yield: () => Errno.success,
    poll_oneoff(subscriptions: number, events: number, count: number, happened: number) {
      // Only sleeping: one subscription to a clock.
      if (count !== 1 || view().getUint8((subscriptions >>> 0) + 8) !== 0) return Errno.noSystemCall;
      const isAbsolute = (view().getUint16((subscriptions >>> 0) + SUBSCRIPTION_BYTES - 8, true) & 1) === 1;
      const timeout = view().getBigUint64((subscriptions >>> 0) + 24, true);
      const nanoseconds = isAbsolute ? timeout - system.elapsed() : timeout;
      if (nanoseconds > 0n) system.sleep(Number(nanoseconds / 1_000_000n));
      bytes(events, EVENT_BYTES).fill(0);
      view().setBigUint64(events >>> 0, view().getBigUint64(subscriptions >>> 0, true), true);
      view().setUint32(happened >>> 0, 1, true);
      return Errno.success;
    },
  };
}

/** What is called in the place of everything that is not offered. */
export function notOffered(): number {
  return Errno.noSystemCall;
}

function isStandard(descriptor: number): boolean {
  return descriptor >= STDIN && descriptor <= STDERR;
}

function zeros(view: DataView, ...at: number[]): number {
  for (const each of at) view.setUint32(each >>> 0, 0, true);
  return Errno.success;
}
