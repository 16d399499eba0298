import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { CollectionComparison } from '@heapcast/contracts';
import type { FastifyReply } from 'fastify';
import { Bearer, Gone } from '../access/index.js';
import { ApiProblems } from '../problems/index.js';
import { CompareCollectionDto } from './comparison.dto.js';
import { ComparisonsService } from './comparisons.service.js';

const REPLY = {
  type: 'object' as const,
  additionalProperties: true,
  example: {
    id: '0b9a4c1e-5d2f-4c6b-8a7e-3f1d2c4b5a69',
    name: 'a list of cycles',
    commands: 3000,
    outcomes: [
      {
        policy: { name: 'off', gc: 'off' },
        runId: '1f0e2d3c-4b5a-4978-8695-a4b3c2d1e0f9',
        peakRequestedBytes: 88000,
        peakAllocatedBytes: 96000,
        peakMappedBytes: 1048576,
        collections: 0,
        objectsVisited: 0,
        largestPause: 0,
        series: [[3000, 88000]],
      },
    ],
    sentences: ['"off" needs the least memory: 88,000 bytes at its peak, for 0 visited objects in 0 collections.'],
  },
};

@ApiTags('Comparisons')
@ApiBearerAuth('session')
@Controller('v1/comparisons')
export class ComparisonsController {
  constructor(private readonly comparisons: ComparisonsService) {}

  @Post('collection')
  @HttpCode(HttpStatus.CREATED)
  @ApiOperation({
    operationId: 'compareCollection',
    summary: 'One workload under several collection policies: peak memory against collector work',
    description:
      'Each policy becomes a trace and a run. Answered when all are done; a client that leaves ends the work. Drawn as a curve: peak bytes over visited objects, a point for each policy; or the live bytes of each over its commands (`series`).',
  })
  @ApiCreatedResponse({
    schema: REPLY,
    headers: { Location: { schema: { type: 'string' }, description: 'Its path.' } },
  })
  @ApiProblems(
    'invalid-request',
    'malformed-json',
    'invalid-configuration',
    'missing-token',
    'invalid-token',
    'not-found',
    'wrong-session-kind',
    'limit-reached',
    'payload-too-large',
    'too-many-requests',
    'unavailable',
  )
  async compare(
    @Body() body: CompareCollectionDto,
    @Bearer() token: string | undefined,
    @Gone() gone: AbortSignal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CollectionComparison> {
    const comparison = await this.comparisons.compare(body, token, gone);
    void reply.header('location', `/v1/comparisons/collection/${comparison.id}`);
    return comparison;
  }

  @Get('collection/:id')
  @ApiParam({
    name: 'id',
    format: 'uuid',
    description: 'Id of a comparison.',
    example: '0b9a4c1e-5d2f-4c6b-8a7e-3f1d2c4b5a69',
  })
  @ApiOperation({ operationId: 'getCollectionComparison', summary: 'A comparison, as it was answered' })
  @ApiOkResponse({ schema: REPLY })
  @ApiProblems('missing-token', 'invalid-token', 'not-found', 'too-many-requests')
  async get(@Param('id') id: string, @Bearer() token: string | undefined): Promise<Readonly<Record<string, unknown>>> {
    return this.comparisons.get(id, token);
  }
}
