/** Takes commands in, from HTTP and from the socket alike: checked, allowed, carried out. */
import type { CommandAnswer } from '@heapcast/contracts';
import { Injectable } from '@nestjs/common';
import { AccessService } from '../access/index.js';
import { keyedBody } from '../sessions/idempotency.js';
import type { RequestTerms } from '../sessions/request-desk.js';
import { SessionHost } from '../sessions/session-host.js';
import { checkCommands } from './program-check.js';
import { ProgramHost } from './program-host.js';

@Injectable()
export class ProgramDesk {
  constructor(
    private readonly host: SessionHost,
    private readonly programs: ProgramHost,
    private readonly access: AccessService,
  ) {}

  /** @param body one command, a list, or `{ commands: [ … ] }` */
  take(
    sessionId: string,
    body: unknown,
    { token, isAllowed = false, key, keyPath, before, placed }: RequestTerms,
  ): Promise<CommandAnswer> {
    return this.host.use(sessionId, async (session) => {
      if (!isAllowed) await this.access.require(sessionId, 'editor', token);
      const program = this.programs.of(session);
      await before;
      const commands = checkCommands(body);
      const answer = program.execute(
        session,
        commands,
        key === undefined ? undefined : keyedBody(key, commands, keyPath),
      );
      placed?.();
      return answer;
    });
  }
}
