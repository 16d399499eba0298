import { Module } from '@nestjs/common';
import { ReferenceModule } from '../reference/reference.module.js';
import { RunsModule } from '../runs/runs.module.js';
import { RequestDesk } from './request-desk.js';
import { SessionHost } from './session-host.js';
import { SessionRequestsController } from './session-requests.controller.js';
import { SessionTokensController } from './session-tokens.controller.js';
import { SessionViews } from './session-views.js';
import { SessionViewsController } from './session-views.controller.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsService } from './sessions.service.js';

@Module({
  imports: [RunsModule, ReferenceModule],
  controllers: [SessionsController, SessionRequestsController, SessionViewsController, SessionTokensController],
  providers: [SessionHost, SessionsService, RequestDesk, SessionViews],
  exports: [SessionHost, SessionsService, RequestDesk, SessionViews],
})
export class SessionsModule {}
