import { Body, Controller, Get, HttpCode, HttpStatus, Patch, Post, Put, Req, Res, UseGuards } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import type { Admission, ClassroomState, JoinCode, Lead } from '@heapcast/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Bearer } from '../access/index.js';
import { ApiProblems } from '../problems/index.js';
import { ADMISSION, CLASSROOM_ID, COPY, GRACE, JOIN_CODE, LEAD, REPLY, STATE } from './classroom-examples.js';
import { ChangeClassroomDto, changeOf, JoinClassroomDto, OpenClassroomDto } from './classroom.dto.js';
import { ClassroomsService } from './classrooms.service.js';
import { Codes } from './codes.service.js';
import { AskedOfSessionDto, LeadChangeDto } from './lead.dto.js';
import { LeadService } from './lead.service.js';
import { Member, MemberGuard } from './member.js';
import type { Membership } from './membership.js';
import { PeopleService } from './people.service.js';

const ID = { name: 'id', format: 'uuid', description: 'Id of a classroom.', example: CLASSROOM_ID };
const TOLD = { ...REPLY, description: 'See libs/contracts/src/classroom.ts.' } as const;
const ANYBODY = ['missing-token', 'invalid-token', 'forbidden', 'not-found', 'too-many-requests'] as const;
const CHANGED = [...ANYBODY, 'invalid-request', 'malformed-json', 'conflict', 'unavailable'] as const;

@ApiTags('Classrooms')
@ApiBearerAuth('classroom')
@Controller('v1/classrooms')
export class ClassroomsController {
  constructor(
    private readonly classrooms: ClassroomsService,
    private readonly people: PeopleService,
    private readonly codes: Codes,
    private readonly leads: LeadService,
  ) {}

  @Post()
  @HttpCode(HttpStatus.CREATED)
  @ApiBearerAuth('session')
  @ApiOperation({
    operationId: 'openClassroom',
    summary: 'Open a classroom around a session, a run or a scenario',
    description:
      'Whoever opens it owns it; the answer holds their token and the join code. A private session needs its owner’s token as bearer. With an owner or editor token the driver’s requests may go to the session; without one, the class looks on. Of a scenario that is started for it, `sessionToken` is the owner’s token.',
  })
  @ApiBody({
    type: OpenClassroomDto,
    examples: {
      scenario: {
        summary: 'A scenario is started for it',
        value: { name: 'Ada', title: 'First lesson', scenario: { name: 'generators' } },
      },
      session: {
        summary: 'Around a session',
        value: { name: 'Ada', subject: { kind: 'session', id: STATE.subject.id }, event: 893, codeHours: 2 },
      },
    },
  })
  @ApiCreatedResponse({ schema: { ...TOLD, example: ADMISSION } })
  @ApiProblems(...CHANGED, 'invalid-configuration', 'invalid-position', 'run-not-finished', 'limit-reached')
  async open(
    @Body() body: OpenClassroomDto,
    @Bearer() token: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Admission> {
    const admission = await this.classrooms.open(body, token, baseOf(request));
    void reply.header('location', `/v1/classrooms/${admission.classroom.id}`).header('cache-control', 'no-store');
    return admission;
  }

  @Post('join')
  @HttpCode(HttpStatus.CREATED)
  @ApiOperation({
    operationId: 'joinClassroom',
    summary: 'Join by code and name, or come back with the token from before',
    description:
      'No account. Wrong codes are limited, for each address and over all; right ones are not. Two people may have one name.',
    security: [{}],
  })
  @ApiBody({ type: JoinClassroomDto, examples: { student: { value: { code: JOIN_CODE.code, name: 'Grace' } } } })
  @ApiCreatedResponse({ schema: { ...TOLD, example: ADMISSION } })
  @ApiProblems(
    'invalid-request',
    'malformed-json',
    'forbidden',
    'not-found',
    'conflict',
    'limit-reached',
    'too-many-requests',
  )
  async join(
    @Body() body: JoinClassroomDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Admission> {
    const { member, token } = await this.people.join(body, request.ip);
    void reply.header('cache-control', 'no-store');
    return {
      classroom: await this.classrooms.state(member),
      personId: member.personId,
      token,
      join: this.codes.describe(member.classroom, baseOf(request)),
    };
  }

  @Get(':id')
  @UseGuards(MemberGuard)
  @ApiParam(ID)
  @ApiOperation({ operationId: 'getClassroom', summary: 'Everything that one may know of a classroom (member)' })
  @ApiOkResponse({ schema: { ...TOLD, example: STATE } })
  @ApiProblems(...ANYBODY)
  get(@Member() member: Membership): Promise<ClassroomState> {
    return this.classrooms.state(member);
  }

  @Patch(':id')
  @UseGuards(MemberGuard)
  @ApiParam(ID)
  @ApiOperation({
    operationId: 'changeClassroom',
    summary: 'Rename, lock, lend control, put a copy on the wall, look at something else, close (teacher)',
    description: 'What is left out stays. Whoever drives may give control back to a teacher.',
  })
  @ApiBody({
    type: ChangeClassroomDto,
    examples: {
      lend: { summary: 'Lend control', value: { driverId: GRACE } },
      wall: { summary: 'Put a copy on the wall', value: { projection: { kind: 'copy', copyId: COPY } } },
      lock: { summary: 'Nobody new', value: { locked: true } },
      close: { value: { status: 'closed' } },
    },
  })
  @ApiOkResponse({ schema: { ...TOLD, example: STATE } })
  @ApiProblems(...CHANGED, 'run-not-finished')
  async change(@Body() body: ChangeClassroomDto, @Member() member: Membership): Promise<ClassroomState> {
    await this.classrooms.change(member, changeOf(body));
    return this.classrooms.state(member);
  }

  @Get(':id/code')
  @UseGuards(MemberGuard)
  @ApiParam(ID)
  @ApiOperation({
    operationId: 'getJoinCode',
    summary: 'The join code; `null` = expired, or the class is over (member)',
  })
  @ApiOkResponse({ schema: { ...TOLD, nullable: true, example: JOIN_CODE } })
  @ApiProblems(...ANYBODY)
  code(@Member() { classroom }: Membership, @Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const join = this.codes.describe(classroom, baseOf(request));
    void reply.header('cache-control', 'no-store').type('application/json; charset=utf-8').send(JSON.stringify(join));
  }

  @Post(':id/code')
  @HttpCode(HttpStatus.CREATED)
  @UseGuards(MemberGuard)
  @ApiParam(ID)
  @ApiOperation({ operationId: 'renewJoinCode', summary: 'A new join code; the old one is dead (teacher)' })
  @ApiCreatedResponse({ schema: { ...TOLD, example: JOIN_CODE } })
  @ApiProblems(...CHANGED)
  async renew(@Member() member: Membership, @Req() request: FastifyRequest): Promise<JoinCode | null> {
    await this.codes.renew(member);
    return this.codes.describe(member.classroom, baseOf(request));
  }

  @Get(':id/code.svg')
  @UseGuards(MemberGuard)
  @ApiParam(ID)
  @ApiOperation({ operationId: 'drawJoinCode', summary: 'The address behind the join code as a QR code (member)' })
  @ApiProduces('image/svg+xml')
  @ApiOkResponse({
    description: 'An SVG picture.',
    content: {
      'image/svg+xml': {
        schema: { type: 'string' },
        example: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 29 29">…</svg>',
      },
    },
  })
  @ApiProblems(...ANYBODY)
  async draw(
    @Member() { classroom }: Membership,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const picture = await this.codes.picture(classroom, baseOf(request));
    void reply.header('cache-control', 'no-store').type('image/svg+xml; charset=utf-8').send(picture);
  }

  @Put(':id/lead')
  @UseGuards(MemberGuard)
  @ApiParam(ID)
  @ApiOperation({
    operationId: 'leadClassroom',
    summary: 'Lead the class to another moment, speed, view, zoom or selection (driver)',
    description:
      'Only what is given changes. While `speed` > 0 the class is at `event + speed * (now - since) / 1000`.',
  })
  @ApiOkResponse({ schema: { ...TOLD, example: { lead: LEAD } } })
  @ApiProblems(...CHANGED, 'invalid-position')
  async lead(@Body() body: LeadChangeDto, @Member() member: Membership): Promise<{ readonly lead: Lead }> {
    return { lead: await this.leads.move(member, body) };
  }

  @Post(':id/requests')
  @HttpCode(HttpStatus.OK)
  @UseGuards(MemberGuard)
  @ApiParam(ID)
  @ApiOperation({
    operationId: 'askFromClassroom',
    summary: 'Ask the session of the classroom for memory, or have its program or scenario go on (driver)',
    description:
      'One of `requests`, `commands` and `steps`. The class is led to what came of it. Of steps `until` is safe to retry.',
  })
  @ApiBody({
    type: AskedOfSessionDto,
    examples: {
      requests: { value: { requests: [{ op: 'malloc', size: 100, id: 'a' }] } },
      commands: { summary: 'Of a program', value: { commands: [{ op: 'collect' }] } },
      steps: { summary: 'Of a scenario', value: { steps: { until: 3 } } },
    },
  })
  @ApiOkResponse({ schema: { ...TOLD, example: { seq: 894, lead: { ...LEAD, event: 894, revision: 18 } } } })
  @ApiProblems(
    ...CHANGED,
    'session-finished',
    'wrong-session-kind',
    'idempotency-conflict',
    'limit-reached',
    'payload-too-large',
  )
  request(
    @Body() body: AskedOfSessionDto,
    @Member() member: Membership,
  ): Promise<{ readonly seq: number; readonly lead: Lead }> {
    return this.leads.request(member, body);
  }
}

/** As the client reached the service; a `Host` that is none is not repeated. */
function baseOf({ protocol, host }: FastifyRequest): string {
  return /^[\w.-]+(:\d{1,5})?$|^\[[\da-f:.]+\](:\d{1,5})?$/i.test(host) ? `${protocol}://${host}` : '';
}
