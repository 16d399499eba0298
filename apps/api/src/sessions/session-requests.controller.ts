/**
 * The way in for everything that a program asks of its allocator. Hot: it takes the request as it is, because Nest runs
 * its pipes over every parameter, one promise after the other.
 */
import { Controller, HttpCode, HttpStatus, Post, Req } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiExtraModels,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { RequestAnswer } from '@heapcast/contracts';
import type { FastifyRequest } from 'fastify';
import { bearerOf } from '../access/bearer.js';
import { ApiProblems } from '../problems/index.js';
import { SESSION_ID } from './session.dto.js';
import { RequestAnswerDto, RequestBatchDto, SessionRequestDto } from './session-event.dto.js';
import { RequestDesk } from './request-desk.js';

/** RFC 7240. */
const MINIMAL = /(^|[,;\s])return=minimal\b/i;

@ApiTags('Sessions')
@ApiBearerAuth('session')
@ApiExtraModels(SessionRequestDto, RequestBatchDto)
@Controller('v1/sessions')
export class SessionRequestsController {
  constructor(private readonly desk: RequestDesk) {}

  @Post(':id/requests')
  @HttpCode(HttpStatus.OK)
  @ApiParam({ name: 'id', format: 'uuid', description: 'Id of a session.', example: SESSION_ID })
  @ApiOperation({
    operationId: 'request',
    summary: 'Ask for memory, or give it back (editor)',
    description:
      'One request, a list, or `{ "requests": [ … ] }`; a list is carried out in order, all or none. Answered when it is stored for good. A double free, a free of what never was a block, or a machine out of memory are outcomes, not errors.',
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'A retry with the same key and the same requests is carried out once, and answered the same.',
    example: '5f1c2d3e',
  })
  @ApiHeader({
    name: 'Prefer',
    required: false,
    description:
      '`return=minimal`: `results` stays empty, for tracers that send many requests a second and look at none of the answers.',
    example: 'return=minimal',
  })
  @ApiBody({
    schema: {
      oneOf: [
        { $ref: getSchemaPath(SessionRequestDto) },
        { $ref: getSchemaPath(RequestBatchDto) },
        { type: 'array', items: { $ref: getSchemaPath(SessionRequestDto) } },
      ],
    },
    examples: {
      one: { summary: 'One request', value: { op: 'malloc', size: 24, id: 'a' } },
      several: {
        summary: 'Several',
        value: {
          requests: [
            { op: 'calloc', size: 8, count: 3, id: 'b' },
            { op: 'realloc', id: 'b', size: 100 },
            { op: 'free', id: 'a' },
            { op: 'mark', label: 'done' },
          ],
        },
      },
    },
  })
  @ApiOkResponse({ type: RequestAnswerDto })
  @ApiProblems(
    'invalid-request',
    'malformed-json',
    'missing-token',
    'invalid-token',
    'forbidden',
    'not-found',
    'session-finished',
    'wrong-session-kind',
    'idempotency-conflict',
    'limit-reached',
    'payload-too-large',
    'too-many-requests',
    'unavailable',
  )
  request(@Req() { params, body, headers }: FastifyRequest<{ Params: { id: string } }>): Promise<RequestAnswer> {
    const key = headers['idempotency-key'];
    const { prefer } = headers;
    return this.desk.take(params.id, body, {
      token: bearerOf(headers.authorization),
      key: typeof key === 'string' ? key : undefined,
      keyPath: 'Idempotency-Key',
      isMinimal: typeof prefer === 'string' && MINIMAL.test(prefer),
    });
  }
}
