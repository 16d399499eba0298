/** Commands and answers of a program session as OpenAPI knows them. Commands are checked by libs/program itself. */
import { ApiProperty } from '@nestjs/swagger';
import {
  DATA_MODELS,
  MAX_COMMANDS,
  OWNERSHIPS,
  PROGRAM_OPS,
  PROGRAM_OUTCOMES,
  type ProgramCommand,
  type ProgramOutcome,
} from '@heapcast/contracts';
import { SessionEventDto } from '../sessions/session-event.dto.js';

const PLAIN = { type: 'object' as const, additionalProperties: true };

/** Fields differ by `op`; docs/programs.md has them all. */
export class ProgramCommandDto {
  @ApiProperty({
    enum: PROGRAM_OPS,
    description:
      '`call` (function, args, frameSize), `return` (value, to), `let` (name, value, scope), `assign` (to, value), `new` (to, type, size, kind, fields, finalizer), `resize` (to, size), `delete` (place, kind), `unset` (place), `open` (kind, to or owner, closedBy), `close` (place), `weakref` (to, of), `collect` (generation), `gc` (do, values), `line` (line), `read` and `write` (place, offset, size), `check`, `exit`. Every command may have a `line`. Unknown fields are refused.',
    example: 'new',
  })
  readonly op!: ProgramCommand['op'];

  @ApiProperty({ required: false, description: 'Of `call`: name of the function.', example: 'main' })
  readonly function?: string;

  @ApiProperty({
    required: false,
    description: 'Where a reference goes: a variable, or from there fields and indices: `head.next`, `table[3]`.',
    example: 'p',
  })
  readonly to?: string;

  @ApiProperty({ required: false, description: 'Of `let`: name of the variable.', example: 'n' })
  readonly name?: string;

  @ApiProperty({
    required: false,
    description:
      'A number, text, truth value or null, or `{"ref": place}` for what a place holds, or `{"addressOf": variable}`.',
    oneOf: [{ type: 'number' }, { type: 'string' }, { type: 'boolean' }, PLAIN, { type: 'null' }],
    example: { ref: 'head' },
  })
  readonly value?: unknown;

  @ApiProperty({ required: false, description: 'Of what a command is about: a place.', example: 'p' })
  readonly place?: string;

  @ApiProperty({ required: false, description: 'Of `new`: a type, `dict`, `int[10]`.', example: 'int[10]' })
  readonly type?: string;

  @ApiProperty({ required: false, type: 'integer', minimum: 0, description: 'Bytes.', example: 40 })
  readonly size?: number;

  @ApiProperty({ required: false, type: 'integer', minimum: 0, description: 'Line of the source.', example: 3 })
  readonly line?: number;
}

export class CommandBatchDto {
  @ApiProperty({
    type: [ProgramCommandDto],
    minItems: 1,
    maxItems: MAX_COMMANDS,
    description: 'Carried out in this order, all or none.',
    example: [
      { op: 'new', to: 'p', type: 'int[10]', line: 3 },
      { op: 'return', line: 4 },
    ],
  })
  readonly commands!: readonly ProgramCommandDto[];
}

export class ProgramEventDto {
  @ApiProperty({ type: 'integer', description: 'Commands are numbered 1, 2, 3 …', example: 1 })
  readonly number!: number;

  @ApiProperty({ type: ProgramCommandDto })
  readonly command!: ProgramCommand;

  @ApiProperty({
    enum: PROGRAM_OUTCOMES,
    description: 'What the program does wrong is an outcome, never an error of the service.',
    example: 'ok',
  })
  readonly outcome!: ProgramOutcome;

  @ApiProperty({ description: 'The function that did it.', example: 'main' })
  readonly function!: string;

  @ApiProperty({ type: 'integer', description: 'Its line; 0 = not known.', example: 3 })
  readonly line!: number;

  @ApiProperty({ type: 'integer', description: 'Functions running afterwards.', example: 1 })
  readonly depth!: number;

  @ApiProperty({
    ...PLAIN,
    selfRequired: false,
    description: 'Objects born and died, collections, resources, leaks; only what there is to say.',
    example: { born: { count: 1, first: [1] } },
  })
  readonly effects?: Record<string, unknown>;

  @ApiProperty({ required: false, description: 'What went wrong, for people.', example: 'p is freed already' })
  readonly error?: string;

  @ApiProperty({ required: false, description: 'The program ended with this command.', example: true })
  readonly ended?: true;
}

export class CommandResultDto {
  @ApiProperty({ type: 'integer', description: 'Number of its mark in the session.', example: 1 })
  readonly seq!: number;

  @ApiProperty({ type: ProgramEventDto })
  readonly event!: ProgramEventDto;

  @ApiProperty({
    type: [SessionEventDto],
    description:
      'What became of the requests that it made of the allocator. Of a batch the first 10,000 events are listed; the others are at /events.',
  })
  readonly requests!: readonly SessionEventDto[];

  @ApiProperty({ type: 'integer', description: 'How many requests it made.', example: 1 })
  readonly requestCount!: number;
}

export class CommandAnswerDto {
  @ApiProperty({ type: 'integer', description: "The session's last event after this batch.", example: 2 })
  readonly seq!: number;

  @ApiProperty({ type: [CommandResultDto], description: 'One for each command, in order.' })
  readonly results!: readonly CommandResultDto[];
}

export class ProgramChoiceDto {
  @ApiProperty({
    enum: OWNERSHIPS,
    description:
      'Who gives memory back: the program itself (C and C++), reference counts alone, CPython (counts and the cycle collector), or a tracing collector.',
    example: 'cpython',
  })
  readonly ownership!: (typeof OWNERSHIPS)[number];

  @ApiProperty({ required: false, description: 'CPython whose collector rules apply.', example: '3.11' })
  readonly version?: string;

  @ApiProperty({
    ...PLAIN,
    selfRequired: false,
    description: 'The text that the lines are lines of.',
    example: { file: 'leak.cpp', text: 'void main() {\n  int *p = new int[10];\n}\n' },
  })
  readonly source?: { readonly file: string; readonly text: string };

  @ApiProperty({ required: false, description: 'The function in which it starts.', example: 'main' })
  readonly entry?: string;

  @ApiProperty({ required: false, type: 'integer', description: 'Bytes of the call stack.', example: 8388608 })
  readonly stackLimit?: number;

  @ApiProperty({
    required: false,
    type: 'integer',
    description: '`mark-sweep`: bytes of live objects beyond which it collects.',
    example: 8388608,
  })
  readonly heapBudget?: number;

  @ApiProperty({ required: false, enum: DATA_MODELS, description: 'Sizes of long and pointers.', example: 'LP64' })
  readonly dataModel?: (typeof DATA_MODELS)[number];

  @ApiProperty({
    required: false,
    type: [Number],
    minItems: 3,
    maxItems: 3,
    description: '`cpython`: what gc.get_threshold() says at the start.',
    example: [700, 10, 10],
  })
  readonly thresholds?: readonly [number, number, number];
}
