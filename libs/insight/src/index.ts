/** What a replay means: numbers and sentences, computed from what replays answer. */
export * from './curve-sampling.js';
export * from './event-sentence.js';
export * from './fragmentation.js';
export * from './ledger.js';
export * from './quantities.js';
export * from './state-sentence.js';
