/** Who may do what: API keys, budgets, session tokens. */
import { Global, Module } from '@nestjs/common';
import { AccessService } from './access.service.js';
import { ApiKeys } from './api-keys.js';
import { RateLimits } from './rate-limits.js';

@Global()
@Module({ providers: [AccessService, ApiKeys, RateLimits], exports: [AccessService, ApiKeys, RateLimits] })
export class AccessModule {}
