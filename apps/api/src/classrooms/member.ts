/**
 * `@UseGuards(MemberGuard)` lets only people of the classroom `:id` in; `@Member()` is who it was:
 *
 *     @Get(':id/people')
 *     list(@Member() member: Membership) { member.requireRole('teacher'); … }
 */
import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { bearerOf } from '../access/index.js';
import { ClassroomHost } from './classroom-host.js';
import type { Membership } from './membership.js';

const members = new WeakMap<FastifyRequest, Membership>();

@Injectable()
export class MemberGuard implements CanActivate {
  constructor(private readonly host: ClassroomHost) {}

  /** @throws ProblemException `missing-token`, `invalid-token`, `forbidden`, `not-found` */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest<{ Params: { id: string } }>>();
    members.set(request, await this.host.member(request.params.id, bearerOf(request.headers.authorization)));
    return true;
  }
}

export const Member = createParamDecorator((_: unknown, context: ExecutionContext): Membership => {
  const member = members.get(context.switchToHttp().getRequest<FastifyRequest>());
  if (!member) throw new Error('@Member() needs @UseGuards(MemberGuard)');
  return member;
});
