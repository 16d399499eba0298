/** Reads JSON bodies: says where the text is broken, and refuses nesting that no DTO has. */
import type { FastifyInstance } from 'fastify';
import { ProblemException } from './problem.exception.js';

/** Deeper than any request of this API. */
const MAX_DEPTH = 64;

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 0x5c) i++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x5b || code === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (code === 0x5d || code === 0x7d) depth--;
  }
  return deepest;
}

function whereBroken(text: string): string {
  try {
    JSON.parse(text);
    return 'it holds a key that is not allowed (`__proto__` or `constructor.prototype`)';
  } catch (error) {
    return error instanceof Error ? error.message : 'it cannot be parsed';
  }
}

export function readJsonBodies(fastify: FastifyInstance): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeContentTypeParser('application/json');
  fastify.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = typeof body === 'string' ? body : body.toString('utf8');
    // An empty body is no body: DELETE and POST without one may still carry the header.
    if (text === '') {
      done(null, undefined);
      return;
    }
    if (text.length > 2 * MAX_DEPTH && depthOf(text) > MAX_DEPTH) {
      done(new ProblemException('malformed-json', `The body is nested more than ${MAX_DEPTH} levels deep.`), undefined);
      return;
    }
    void parse(request, text, (error, value) => {
      if (error)
        done(new ProblemException('malformed-json', `The body is not valid JSON: ${whereBroken(text)}.`), undefined);
      else done(null, value);
    });
  });
}
