import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  HttpStatus,
  Param,
  Patch,
  Post,
  Put,
  UseGuards,
} from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { ClassroomCopy, Person } from '@heapcast/contracts';
import { ApiProblems } from '../problems/index.js';
import { CLASSROOM_ID, COPY, COPY_EXAMPLE, GRACE, PERSON, REPLY } from './classroom-examples.js';
import { CopiesService } from './copies.service.js';
import { PlaceDto } from './lead.dto.js';
import { Member, MemberGuard } from './member.js';
import type { Membership } from './membership.js';
import { PeopleService } from './people.service.js';
import { ChangeCopyDto, ChangePersonDto, TakeCopyDto } from './person.dto.js';

const ID = { name: 'id', format: 'uuid', description: 'Id of a classroom.', example: CLASSROOM_ID };
const WHO = { name: 'personId', format: 'uuid', description: 'Id of a person in it.', example: GRACE };
const WHICH = { name: 'copyId', format: 'uuid', description: 'Id of a copy.', example: COPY };
const ANYBODY = ['missing-token', 'invalid-token', 'forbidden', 'not-found', 'too-many-requests'] as const;
const CHANGED = [...ANYBODY, 'invalid-request', 'malformed-json', 'conflict', 'unavailable'] as const;

@ApiTags('Classrooms')
@ApiBearerAuth('classroom')
@UseGuards(MemberGuard)
@Controller('v1/classrooms/:id')
export class PeopleController {
  constructor(
    private readonly people: PeopleService,
    private readonly copies: CopiesService,
  ) {}

  @Get('people')
  @ApiParam(ID)
  @ApiOperation({
    operationId: 'listPeople',
    summary: 'Who is in the classroom (member)',
    description: 'Teachers are told scores, and where those are who do not follow; everybody their own.',
  })
  @ApiOkResponse({ schema: { ...REPLY, example: { items: [PERSON] } } })
  @ApiProblems(...ANYBODY)
  list(@Member() member: Membership): { readonly items: readonly Person[] } {
    return { items: this.people.list(member) };
  }

  @Patch('people/:personId')
  @ApiParam(ID)
  @ApiParam(WHO)
  @ApiOperation({
    operationId: 'changePerson',
    summary: 'Rename oneself; rename, mute or give a role to others (teacher)',
    description: 'Only the owner makes teachers, decides over them, and hands the classroom over (`role: owner`).',
  })
  @ApiOkResponse({ schema: { ...REPLY, example: PERSON } })
  @ApiProblems(...CHANGED)
  change(
    @Param('personId') personId: string,
    @Body() body: ChangePersonDto,
    @Member() member: Membership,
  ): Promise<Person> {
    return this.people.change(member, personId, body);
  }

  @Delete('people/:personId')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiParam(ID)
  @ApiParam(WHO)
  @ApiOperation({ operationId: 'removePerson', summary: 'Send somebody away (teacher), or leave' })
  @ApiNoContentResponse()
  @ApiProblems(...CHANGED)
  async remove(@Param('personId') personId: string, @Member() member: Membership): Promise<void> {
    await this.people.remove(member, personId);
  }

  @Put('place')
  @ApiParam(ID)
  @ApiOperation({ operationId: 'setPlace', summary: 'Follow the class again, or tell where one has wandered off to' })
  @ApiOkResponse({ schema: { ...REPLY, example: { ...PERSON, following: false, place: 12 } } })
  @ApiProblems(...CHANGED)
  async place(@Body() { following, event }: PlaceDto, @Member() member: Membership): Promise<Person> {
    await this.people.place(member, following, event);
    return this.people.own(member);
  }

  @Get('copies')
  @ApiParam(ID)
  @ApiOperation({
    operationId: 'listCopies',
    summary: 'Copies that one may see: one’s own, what is shown to the class; teachers all',
  })
  @ApiOkResponse({ schema: { ...REPLY, example: { items: [COPY_EXAMPLE] } } })
  @ApiProblems(...ANYBODY)
  listCopies(@Member() member: Membership): { readonly items: readonly ClassroomCopy[] } {
    return { items: this.copies.list(member) };
  }

  @Post('copies')
  @HttpCode(HttpStatus.CREATED)
  @ApiParam(ID)
  @ApiOperation({
    operationId: 'takeCopy',
    summary: 'A private copy of the session at this event, to try something (student)',
    description:
      'The answer holds the copy’s owner token, once. The maker’s own token writes to it as well; those of teachers, and of everybody once it is shown, read it. A program is copied after the whole command that made the event. Where the class looks at a run, the copy begins with its requests, on its allocator. When the class is over, it stays its maker’s.',
  })
  @ApiCreatedResponse({ schema: { ...REPLY, example: { ...COPY_EXAMPLE, shown: false, note: '', token: 'hc_…' } } })
  @ApiProblems(...CHANGED, 'invalid-position', 'limit-reached', 'model-version-changed')
  take(@Body() { event, note = '' }: TakeCopyDto, @Member() member: Membership): Promise<ClassroomCopy> {
    return this.copies.take(member, event, note);
  }

  @Patch('copies/:copyId')
  @ApiParam(ID)
  @ApiParam(WHICH)
  @ApiOperation({
    operationId: 'changeCopy',
    summary: 'Show a copy to the class or take it back, write a note (its maker; teachers show and hide)',
  })
  @ApiOkResponse({ schema: { ...REPLY, example: COPY_EXAMPLE } })
  @ApiProblems(...CHANGED)
  changeCopy(
    @Param('copyId') copyId: string,
    @Body() body: ChangeCopyDto,
    @Member() member: Membership,
  ): Promise<ClassroomCopy> {
    return this.copies.change(member, copyId, body);
  }
}
