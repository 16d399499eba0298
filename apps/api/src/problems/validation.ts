/**
 * Checks what comes in against the DTO classes: unknown fields are refused, nothing is converted in silence. Numbers in
 * the query are read by `WholeNumber` alone, which takes digits and nothing else.
 */
import { type ArgumentMetadata, ValidationPipe, type ValidationError } from '@nestjs/common';
import type { ProblemPart } from '@heapcast/contracts';
import { ProblemException } from './problem.exception.js';
import { unkeepableText } from './unkeepable-text.js';

/** No answer lists more than this many mistakes. */
const SHOWN = 50;

function flatten(errors: readonly ValidationError[], parent: string, parts: ProblemPart[]): void {
  for (const { property, constraints, children } of errors) {
    const path = /^\d+$/.test(property) ? `${parent}[${property}]` : parent === '' ? property : `${parent}.${property}`;
    for (const message of new Set(Object.entries(constraints ?? {}).map(sentence(property)))) {
      if (parts.length >= SHOWN) return;
      parts.push({ path: path === 'undefined' ? '' : path, message });
    }
    if (children) flatten(children, path, parts);
  }
}

/** class-validator begins its own messages with the property; the path says that already. */
function sentence(property: string) {
  return ([rule, message]: [string, string]): string => {
    if (rule === 'whitelistValidation') return 'is not a known field';
    if (rule === 'unknownValue') return 'must be an object';
    return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
  };
}

/** What class-validator found, as a problem. */
export function validationProblem(errors: readonly ValidationError[]): ProblemException {
  const parts: ProblemPart[] = [];
  flatten(errors, '', parts);
  const first = parts[0];
  const more = parts.length > 1 ? ` (and ${parts.length - 1} more)` : '';
  const detail = first ? `${first.path} ${first.message}${more}.`.trim() : 'The request is not valid.';
  return new ProblemException('invalid-request', detail, { errors: parts });
}

/** @throws ProblemException `invalid-request` for text that cannot be kept, wherever in `value` it is */
export function refuseUnkeepable(value: unknown): void {
  const part = unkeepableText(value);
  if (part) throw new ProblemException('invalid-request', `${part.path} ${part.message}.`.trim(), { errors: [part] });
}

class KeepableValidationPipe extends ValidationPipe {
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'body' || metadata.type === 'query') refuseUnkeepable(value);
    return super.transform(value, metadata);
  }
}

export function validationPipe(): ValidationPipe {
  return new KeepableValidationPipe({
    transform: true,
    transformOptions: { enableImplicitConversion: false },
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    validationError: { target: false, value: false },
    exceptionFactory: validationProblem,
  });
}
