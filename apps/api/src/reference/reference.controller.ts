import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { ModelDefinition } from '@heapcast/allocators';
import { ApiProblems } from '../problems/index.js';
import { AllocatorDto, ResolvedAllocatorDto } from './allocator.dto.js';
import { ModelDto, ProfileDto } from './reference.dto.js';
import { ReferenceService } from './reference.service.js';

/** Only what the documents name: a definition also holds the code of its model. */
function describe({ name, title, version, options, profiles }: ModelDefinition): ModelDto {
  return { name, title, version, options, profiles };
}

@ApiTags('Allocators')
@Controller('v1/allocators')
export class ReferenceController {
  constructor(private readonly reference: ReferenceService) {}

  @Get()
  @ApiOperation({ operationId: 'listAllocators', summary: 'Every allocator model with its profiles and options' })
  @ApiOkResponse({ type: [ModelDto] })
  list(): ModelDto[] {
    return this.reference.models().map(describe);
  }

  @Post('resolve')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'resolveAllocator',
    summary: 'Check a configuration and fill in every option',
    description: 'Impossible combinations are refused with every reason at once.',
  })
  @ApiOkResponse({ type: ResolvedAllocatorDto })
  @ApiProblems('invalid-request', 'malformed-json', 'invalid-configuration', 'unsupported-media-type')
  resolve(@Body() config: AllocatorDto): ResolvedAllocatorDto {
    return this.reference.resolve(config);
  }

  @Get(':model')
  @ApiOperation({ operationId: 'getAllocator', summary: 'One allocator model' })
  @ApiParam({ name: 'model', description: 'Name of a model.', example: 'pymalloc' })
  @ApiOkResponse({ type: ModelDto })
  @ApiProblems('not-found')
  get(@Param('model') model: string): ModelDto {
    return describe(this.reference.model(model));
  }

  @Get(':model/profiles/:profile')
  @ApiOperation({ operationId: 'getProfile', summary: 'One profile of a model: its options, and how they are known' })
  @ApiParam({ name: 'model', description: 'Name of a model.', example: 'pymalloc' })
  @ApiParam({ name: 'profile', description: 'Name of a profile.', example: 'cpython-3.11' })
  @ApiOkResponse({ type: ProfileDto })
  @ApiProblems('not-found')
  profile(@Param('model') model: string, @Param('profile') profile: string): ProfileDto {
    return this.reference.profile(model, profile);
  }
}
