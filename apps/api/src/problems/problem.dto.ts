/** The problem object as OpenAPI knows it. */
import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { problemKinds, problemType, type ProblemName } from './problem-types.js';

export class ProblemPartDto {
  @ApiProperty({
    description: 'Field or parameter; empty = the body as a whole.',
    example: 'allocator.options.poolSize',
  })
  readonly path!: string;

  @ApiProperty({ example: 'must be a power of two' })
  readonly message!: string;

  @ApiProperty({ required: false, type: 'integer', description: 'Line of a text upload, from 1.' })
  readonly line?: number;

  @ApiProperty({ required: false, type: 'integer', description: 'Request of the trace, from 0.' })
  readonly event?: number;

  @ApiProperty({ required: false, type: 'integer', description: 'Byte of the upload (decompressed), from 0.' })
  readonly byte?: number;
}

export class ProblemDto {
  @ApiProperty({ description: 'Stable name; resolves to an explanation.', example: '/problems/invalid-request' })
  readonly type!: string;

  @ApiProperty({ example: 'The request is not valid' })
  readonly title!: string;

  @ApiProperty({ type: 'integer', example: 400 })
  readonly status!: number;

  @ApiProperty({
    description: 'What was wrong this time, and what to do.',
    example: 'name must be shorter than or equal to 200 characters.',
  })
  readonly detail!: string;

  @ApiProperty({ description: 'Names this occurrence in the log.', example: 'urn:request:k3f9-1a' })
  readonly instance!: string;

  @ApiProperty({ required: false, type: [ProblemPartDto], description: 'Everything that is wrong.' })
  readonly errors?: readonly ProblemPartDto[];

  @ApiProperty({ required: false, type: 'integer', description: 'Seconds after which another try may succeed.' })
  readonly retryAfter?: number;
}

/** Documents the problems that an operation may answer with, grouped by status. */
export function ApiProblems(...names: ProblemName[]): MethodDecorator & ClassDecorator {
  const byStatus = new Map<number, ProblemName[]>();
  for (const name of names) {
    const { status } = problemKinds[name];
    byStatus.set(status, [...(byStatus.get(status) ?? []), name]);
  }
  const responses = [...byStatus].map(([status, kinds]) =>
    ApiResponse({
      status,
      description: kinds.map((name) => `${problemKinds[name].title}: ${problemKinds[name].meaning}`).join(' '),
      content: {
        'application/problem+json': {
          schema: { $ref: getSchemaPath(ProblemDto) },
          examples: Object.fromEntries(
            kinds.map((name) => [
              name,
              {
                summary: problemKinds[name].title,
                value: {
                  type: problemType(name),
                  title: problemKinds[name].title,
                  status,
                  detail: problemKinds[name].meaning,
                  instance: 'urn:request:k3f9-1a',
                },
              },
            ]),
          ),
        },
      },
    }),
  );
  return applyDecorators(ApiExtraModels(ProblemDto), ...responses);
}
