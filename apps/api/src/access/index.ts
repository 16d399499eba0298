/** What other modules use of `access`. */
export { AccessService, type Grant, type IssueOptions, type Lender, type LentRole } from './access.service.js';
export { ApiKeys } from './api-keys.js';
export { Bearer, bearerOf } from './bearer.js';
export { mintToken } from './token-secret.js';
export { Gone } from './gone.js';
export { type Allowance, type Budget, RateLimits } from './rate-limits.js';
