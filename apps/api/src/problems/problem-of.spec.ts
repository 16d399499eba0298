import { describe, expect, it } from '@jest/globals';
import { JournalUnavailableError, SessionNotOpenError, TraceInUseError } from '@heapcast/database';
import { ReplayError } from '@heapcast/replay';
import { TraceFormatError } from '@heapcast/trace';
import { NotFoundException } from '@nestjs/common';
import { problemOf } from './problem-of.js';
import { ProblemException } from './problem.exception.js';

class PrismaClientKnownRequestError extends Error {
  override readonly name = 'PrismaClientKnownRequestError';

  constructor(
    message: string,
    readonly code: string,
  ) {
    super(message);
  }
}

describe('problemOf', () => {
  it('tells where in a trace the fault is, in whatever terms its format has', () => {
    const fault = new TraceFormatError('bad-field', 'size is -1', { line: 7, event: 5 });
    expect(problemOf(fault)).toMatchObject({
      type: '/problems/invalid-trace',
      status: 400,
      detail: 'line 7: size is -1',
      errors: [{ path: '', message: 'size is -1', line: 7, event: 5 }],
      code: 'bad-field',
    });
    expect(problemOf(new TraceFormatError('limit-exceeded', 'too long')).status).toBe(413);
  });

  it.each([
    [new ReplayError('out-of-range', 'beyond'), '/problems/invalid-position', 400],
    [new ReplayError('worker-lost', 'gone'), '/problems/unavailable', 503],
    [new TraceInUseError(2), '/problems/trace-in-use', 409],
    [new SessionNotOpenError('s'), '/problems/session-finished', 409],
    [new JournalUnavailableError('away'), '/problems/unavailable', 503],
    [
      new PrismaClientKnownRequestError('Database error. Code: `57P03`. Message: `starting up`', 'P2010'),
      '/problems/unavailable',
      503,
    ],
    [new PrismaClientKnownRequestError('connect ENOENT', 'ENOENT'), '/problems/unavailable', 503],
    [new PrismaClientKnownRequestError('Unique constraint failed', 'P2002'), '/problems/internal', 500],
    [Object.assign(new Error('no such file'), { code: 'ENOENT' }), '/problems/internal', 500],
    [new NotFoundException('gone'), '/problems/not-found', 404],
    ['a thrown string', '/problems/internal', 500],
    [undefined, '/problems/internal', 500],
  ])('gives %p its meaning', (error, type, status) => {
    expect(problemOf(error)).toMatchObject({ type, status });
  });

  it('says nothing of what happened inside', () => {
    const problem = problemOf(new Error('password is swordfish'), 'urn:request:1');
    expect(JSON.stringify(problem)).not.toContain('swordfish');
    expect(problem.instance).toBe('urn:request:1');
  });

  it('is the same object for a socket: no instance, further members as they are', () => {
    const exception = new ProblemException('unavailable', 'later', { retryAfter: 3, extensions: { colour: 'red' } });
    expect(problemOf(exception)).toEqual({
      type: '/problems/unavailable',
      title: 'Not available now',
      status: 503,
      detail: 'later',
      retryAfter: 3,
      colour: 'red',
    });
  });
});
