import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../problems/index.js';
import { GrowthQueryDto, SizeofQueryDto } from './sizeof-query.dto.js';
import { GrowthDto, SizedTypesDto } from './sized-types.dto.js';
import { SizeofDto } from './sizeof.dto.js';
import { SizeofService } from './sizeof.service.js';

@ApiTags('Sizes')
@Controller('v1/sizeof')
export class SizeofController {
  constructor(private readonly sizes: SizeofService) {}

  @Get()
  @ApiOperation({
    operationId: 'sizeof',
    summary: 'How much memory a Python object, an expression or a C type takes',
    description:
      'Computed from the layouts of CPython’s structs and the data model of the platform. Each row says whether a ' +
      'recording of that very object confirms it. The requests behind an object are given with the pymalloc block each ' +
      'lands in and the bytes that rounding loses. An expression is answered with its shallow size, and its deep size ' +
      'with every object counted once.',
  })
  @ApiOkResponse({ type: SizeofDto })
  @ApiProblems('invalid-request')
  sizeof(@Query() query: SizeofQueryDto): SizeofDto {
    return this.sizes.sizeof(query);
  }

  @Get('types')
  @ApiOperation({ operationId: 'listSizedTypes', summary: 'What is known: types, what n counts, variants, platforms' })
  @ApiOkResponse({ type: SizedTypesDto })
  types(): SizedTypesDto {
    return this.sizes.types();
  }

  @Get('growth')
  @ApiOperation({
    operationId: 'getGrowth',
    summary: 'The sizes a container goes through while elements are added one at a time',
    description: 'Over-allocation of lists and bytearrays, tables of dictionaries and sets, blocks of deques.',
  })
  @ApiOkResponse({ type: GrowthDto })
  @ApiProblems('invalid-request')
  growth(@Query() query: GrowthQueryDto): GrowthDto {
    return this.sizes.growth(query);
  }
}
