/**
 * RFC 9457 problem details: the one shape of every error, over HTTP (`application/problem+json`) and in socket
 * acknowledgements (`{ ok: false, problem }`).
 */

/** One thing that is wrong with what was sent, and where: `requests[3].size`. */
export interface ProblemPart {
  readonly path: string;
  readonly message: string;
  /** Where in an uploaded trace, as far as its format knows: 1-based line, 0-based request, 0-based byte. */
  readonly line?: number;
  readonly event?: number;
  readonly byte?: number;
}

export interface Problem {
  /** Stable: programs may compare it. */
  readonly type: string;
  readonly title: string;
  /** The HTTP status, also where it travels over a socket. */
  readonly status: number;
  /** What was wrong this time, and what to do about it. */
  readonly detail?: string;
  /** Names this one occurrence, for the log. */
  readonly instance?: string;
  /** Everything that is wrong with the request body or the parameters. */
  readonly errors?: readonly ProblemPart[];
  /** Seconds after which another try may succeed. */
  readonly retryAfter?: number;
  readonly [extension: string]: unknown;
}
