import { Module } from '@nestjs/common';
import { ReferenceModule } from '../reference/reference.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { SnippetSandbox } from './snippet-sandbox.js';
import { SnippetsController } from './snippets.controller.js';
import { SnippetsService } from './snippets.service.js';

/** Programs of strangers, run in the sandbox. */
@Module({
  imports: [SessionsModule, ReferenceModule],
  controllers: [SnippetsController],
  providers: [SnippetSandbox, SnippetsService],
  exports: [SnippetsService],
})
export class SnippetsModule {}
