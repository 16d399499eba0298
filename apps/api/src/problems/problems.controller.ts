/** Where the `type` of a problem leads: what it means and what to do. */
import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProperty, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from './problem.dto.js';
import { isProblemName, problemKinds, problemType, type ProblemName } from './problem-types.js';
import { notFound } from './problem.exception.js';

export class ProblemKindDto {
  @ApiProperty({ example: '/problems/invalid-trace' })
  readonly type!: string;

  @ApiProperty({ type: 'integer', example: 400 })
  readonly status!: number;

  @ApiProperty({ example: 'The trace cannot be read' })
  readonly title!: string;

  @ApiProperty({ example: 'An uploaded trace does not follow its format, is cut short, or is corrupt.' })
  readonly meaning!: string;

  @ApiProperty({ example: 'Correct the line, request or byte that `errors` names.' })
  readonly remedy!: string;
}

function describe(name: ProblemName): ProblemKindDto {
  return { type: problemType(name), ...problemKinds[name] };
}

@ApiTags('Problems')
@Controller('problems')
export class ProblemsController {
  @Get()
  @ApiOperation({ operationId: 'listProblems', summary: 'Every kind of error that the service answers with' })
  @ApiOkResponse({ type: [ProblemKindDto] })
  list(): ProblemKindDto[] {
    return Object.keys(problemKinds).filter(isProblemName).map(describe);
  }

  @Get(':name')
  @ApiOperation({ operationId: 'getProblem', summary: 'What one kind of error means, and what to do' })
  @ApiParam({
    name: 'name',
    description: 'Last part of the `type`.',
    example: 'invalid-trace',
    enum: Object.keys(problemKinds),
  })
  @ApiOkResponse({ type: ProblemKindDto })
  @ApiProblems('not-found')
  get(@Param('name') name: string): ProblemKindDto {
    if (!isProblemName(name)) throw notFound('problem', name);
    return describe(name);
  }
}
