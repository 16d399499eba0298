/**
 * Every kind of error that the service answers with. The key is the last part of the problem's `type`, which resolves
 * (`GET /problems/:name`) to what is written here. Names are stable: clients may compare them.
 */
export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /** When this is answered. */
  readonly meaning: string;
  /** What to do about it. */
  readonly remedy: string;
}

export const problemKinds = {
  'invalid-request': {
    status: 400,
    title: 'The request is not valid',
    meaning: 'A parameter, header or field of the body is missing, unknown, of the wrong type or out of range.',
    remedy: 'Each entry of `errors` names a field or parameter and says what is allowed. Nothing was stored.',
  },
  'malformed-json': {
    status: 400,
    title: 'The body is not JSON',
    meaning: 'The body was sent as application/json and cannot be parsed.',
    remedy: 'Correct the text at the position that `detail` names. Nothing was stored.',
  },
  'invalid-trace': {
    status: 400,
    title: 'The trace cannot be read',
    meaning: 'An uploaded trace does not follow its format, is cut short, or is corrupt.',
    remedy:
      'Correct the line, request or byte that `errors` names; docs/formats describes each format. Nothing was stored.',
  },
  'invalid-configuration': {
    status: 400,
    title: 'The allocator configuration is refused',
    meaning:
      'The model or profile is unknown, an option is unknown or out of range, or the options contradict each other.',
    remedy: 'Each entry of `errors` names an option; GET /v1/allocators lists models, profiles and options.',
  },
  'invalid-position': {
    status: 400,
    title: 'There is no such event',
    meaning: 'A position lies beyond the last event.',
    remedy: 'Positions go from 0 (before the first request) to the number of events.',
  },
  'missing-token': {
    status: 401,
    title: 'A token is needed',
    meaning:
      'The request needs a session token (`Authorization: Bearer ...`) or an API key (`X-API-Key`) and has none.',
    remedy: 'Send the token that was returned when the session was created, or one that its owner issued.',
  },
  'invalid-token': {
    status: 401,
    title: 'The token is not valid',
    meaning: 'The token or API key is unknown, revoked or expired, or belongs to something else.',
    remedy: 'Ask the owner of the session for a new one.',
  },
  forbidden: {
    status: 403,
    title: 'The token does not allow this',
    meaning: 'The token is valid, but its role is not enough.',
    remedy: 'Use a token of the role that `detail` names.',
  },
  'not-found': {
    status: 404,
    title: 'There is nothing here',
    meaning: 'The path or the id in it is unknown.',
    remedy: 'GET /docs lists every path; lists such as GET /v1/runs show the ids.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'The method is not allowed here',
    meaning: 'The path exists, but not with this method.',
    remedy: 'The `Allow` header lists the methods.',
  },
  'not-acceptable': {
    status: 406,
    title: 'No such representation',
    meaning: 'None of the media types in `Accept` (or the `format` asked for) can be given.',
    remedy: '`detail` lists what can be given.',
  },
  'request-timeout': {
    status: 408,
    title: 'The request took too long to arrive',
    meaning: 'The request, or the next part of an upload, did not arrive in time.',
    remedy: 'Send it again. Nothing was stored.',
  },
  conflict: {
    status: 409,
    title: 'The state does not allow this',
    meaning: 'What the request asks for contradicts the present state.',
    remedy: '`detail` says which state, and how to leave it.',
  },
  'trace-in-use': {
    status: 409,
    title: 'Runs use this trace',
    meaning: 'A trace cannot be deleted while runs need it.',
    remedy: 'Delete the runs first: GET /v1/runs?trace=ID lists them.',
  },
  'run-not-finished': {
    status: 409,
    title: 'The run is not finished',
    meaning: 'The run waits, is being executed, failed or was cancelled, so there is nothing to look into.',
    remedy: 'Follow GET /v1/runs/:id/progress until it is done.',
  },
  'model-version-changed': {
    status: 409,
    title: 'The model places differently now',
    meaning: 'The run was made by another version of the model, so its placements cannot be recomputed.',
    remedy: 'POST /v1/runs/:id/rerun makes a new run of the same trace with the present version.',
  },
  'program-version-changed': {
    status: 409,
    title: 'The program runs differently now',
    meaning:
      'The session was run by another version of the engine, which made other requests of the same commands: its program cannot be shown or go on. Its events can be read.',
    remedy: 'Open a new program session and send the commands again; each is in the label of its mark.',
  },
  'not-offered-by-model': {
    status: 404,
    title: 'This model has no such view',
    meaning: 'The view is particular to other allocator models.',
    remedy: 'GET /v1/allocators tells what each model offers.',
  },
  'session-finished': {
    status: 409,
    title: 'The session is finished',
    meaning: 'A finished session takes no more requests.',
    remedy: 'Fork it to go on from any of its events.',
  },
  'wrong-session-kind': {
    status: 409,
    title: 'The session is of another kind',
    meaning:
      'An allocator session takes requests, a program session takes commands, and a snippet session only what its code does.',
    remedy: '`detail` says what this session takes.',
  },
  'cannot-be-asked': {
    status: 409,
    title: 'That cannot be asked at this moment',
    meaning:
      'The next event is of another kind, or the subject has no program, so the model has no answer to this question.',
    remedy:
      '`nextEvent` is the event at which a question of this kind could be asked; null = at none of those that come next.',
  },
  'idempotency-conflict': {
    status: 409,
    title: 'The idempotency key was used for another request',
    meaning: 'The same `Idempotency-Key` came with a different body.',
    remedy: 'Use a fresh key for every new request, and repeat a key only with the same body.',
  },
  'limit-reached': {
    status: 409,
    title: 'A limit of the service is reached',
    meaning: 'The service is configured to hold no more of this.',
    remedy: 'Delete what is not needed, or raise the limit that `detail` names.',
  },
  'payload-too-large': {
    status: 413,
    title: 'Too large',
    meaning: 'The body, its decompressed form, or the number of items in it is above the limit.',
    remedy: 'Split it, or raise the limit that `detail` names. Nothing was stored.',
  },
  'uri-too-long': {
    status: 414,
    title: 'The address is too long',
    meaning: 'The path or one of its parts is too long.',
    remedy: 'Shorten it.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The media type is not supported here',
    meaning: 'The `Content-Type` or `Content-Encoding` is not one that this path reads.',
    remedy: '`detail` lists what is read.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    meaning: 'This client used up its budget for the minute.',
    remedy: 'Wait for the seconds in `Retry-After`.',
  },
  'headers-too-large': {
    status: 431,
    title: 'The headers are too large',
    meaning: 'The request headers are above the limit.',
    remedy: 'Send fewer or shorter headers.',
  },
  internal: {
    status: 500,
    title: 'The service failed',
    meaning: 'Something went wrong that is not the fault of the request.',
    remedy: 'Tell the operator the `instance`: the log has the cause under it.',
  },
  'not-offered-here': {
    status: 501,
    title: 'This service does not do that',
    meaning:
      'It was turned off by its operator, or something that it needs is not installed or not in force on its host.',
    remedy: '`detail` says what is missing and how to get it.',
  },
  unavailable: {
    status: 503,
    title: 'Not available now',
    meaning: 'The service is starting, stopping, overloaded, or has lost its database.',
    remedy: 'Try again after the seconds in `Retry-After`; writes with an `Idempotency-Key` may be repeated safely.',
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;

export type ProblemName = keyof typeof problemKinds;

/** Where `type` points: a path of this service. */
export function problemType(name: ProblemName): string {
  return `/problems/${name}`;
}

export function isProblemName(name: string): name is ProblemName {
  return Object.hasOwn(problemKinds, name);
}

const byStatus: ReadonlyMap<number, ProblemName> = new Map<number, ProblemName>([
  [400, 'invalid-request'],
  [401, 'invalid-token'],
  [403, 'forbidden'],
  [404, 'not-found'],
  [405, 'method-not-allowed'],
  [406, 'not-acceptable'],
  [408, 'request-timeout'],
  [409, 'conflict'],
  [413, 'payload-too-large'],
  [414, 'uri-too-long'],
  [415, 'unsupported-media-type'],
  [422, 'invalid-request'],
  [429, 'too-many-requests'],
  [431, 'headers-too-large'],
  [503, 'unavailable'],
]);

/** The kind that a bare HTTP status stands for. */
export function problemNameOfStatus(status: number): ProblemName {
  return byStatus.get(status) ?? (status >= 400 && status < 500 ? 'invalid-request' : 'internal');
}
