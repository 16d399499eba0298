/** Who may do what: API keys, budgets, session tokens. */
import { Global, Module } from '@nestjs/common';
import { ApiKeys } from './api-keys.js';
import { RateLimits } from './rate-limits.js';

@Global()
@Module({ providers: [ApiKeys, RateLimits], exports: [ApiKeys, RateLimits] })
export class AccessModule {}
