/** Health and metrics. */
import { Controller, Get, HttpCode, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiProperty, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Metrics } from './metrics.js';
import { Readiness } from './readiness.js';

export class LiveDto {
  @ApiProperty({ enum: ['live'], example: 'live' })
  readonly status!: 'live';
}

export class CheckDto {
  @ApiProperty({ example: true })
  readonly ok!: boolean;

  @ApiProperty({ example: 'answered in 1 ms' })
  readonly detail!: string;
}

export class ReadinessDto {
  @ApiProperty({ enum: ['ready', 'not ready'], example: 'ready' })
  readonly status!: 'ready' | 'not ready';

  @ApiProperty({
    type: 'object',
    additionalProperties: { $ref: '#/components/schemas/CheckDto' },
    example: { database: { ok: true, detail: 'answered in 1 ms' }, workers: { ok: true, detail: '2 threads' } },
  })
  readonly checks!: Readonly<Record<string, CheckDto>>;
}

@ApiTags('Operations')
@ApiExtraModels(CheckDto)
@Controller()
export class OperationsController {
  constructor(
    private readonly readiness: Readiness,
    private readonly metrics: Metrics,
  ) {}

  @Get('health/live')
  @ApiOperation({ operationId: 'live', summary: 'Does the process answer?' })
  @ApiOkResponse({ type: LiveDto })
  live(): LiveDto {
    return { status: 'live' };
  }

  @Get('health/ready')
  @HttpCode(200)
  @ApiOperation({ operationId: 'ready', summary: 'Can the service work? Says what is wrong if not' })
  @ApiOkResponse({ type: ReadinessDto, description: 'Database and workers answer.' })
  @ApiResponse({
    status: 503,
    description: 'Something is missing; `checks` says what.',
    type: ReadinessDto,
    example: { status: 'not ready', checks: { database: { ok: false, detail: 'no answer within 2000 ms' } } },
  })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadinessDto> {
    const report = await this.readiness.report();
    void reply.header('cache-control', 'no-store').status(report.status === 'ready' ? 200 : 503);
    return report;
  }

  @Get('metrics')
  @ApiOperation({ operationId: 'metrics', summary: 'Metrics for Prometheus' })
  @ApiOkResponse({
    description: 'Text exposition format.',
    content: {
      'text/plain': {
        schema: { type: 'string' },
        example: '# TYPE heapcast_sessions_live gauge\nheapcast_sessions_live 3\n',
      },
    },
  })
  async prometheus(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const text = await this.metrics.text();
    void reply.type(this.metrics.registry.contentType);
    return text;
  }
}
