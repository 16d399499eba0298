/** How large a trace may be. Readers refuse what is larger as soon as they see it, before they make room for it. */
export interface TraceLimits {
  readonly maxEvents: number;
  /** Bytes in one line of a text format. */
  readonly maxLineBytes: number;
  /** Bytes of the JSON header of a binary format, site table included. */
  readonly maxHeaderBytes: number;
  readonly maxSites: number;
  /** Names of blocks and labels of marks over the whole trace. */
  readonly maxNames: number;
  /** Arenas whose misalignment the origin tells. */
  readonly maxArenas: number;
  /** Bytes that a reader keeps in memory before it goes on in a temporary file. */
  readonly spoolBytes: number;
}

/** Block numbers and event counts fit a signed 32-bit integer whatever the limits say. */
export const MOST_EVENTS = 0x7fff_fff0;

export const DEFAULT_LIMITS: TraceLimits = {
  maxEvents: 1_000_000_000,
  maxLineBytes: 1 << 20,
  maxHeaderBytes: 64 << 20,
  maxSites: 1 << 18,
  maxNames: 10_000_000,
  maxArenas: 1 << 16,
  spoolBytes: 32 << 20,
};

/** The defaults with some limits changed. */
export function withLimits(some: Partial<TraceLimits> = {}): TraceLimits {
  const limits = { ...DEFAULT_LIMITS, ...some };
  return { ...limits, maxEvents: Math.min(limits.maxEvents, MOST_EVENTS) };
}
