/** What a replay means: numbers and sentences, computed from what replays answer. */
export * from './block-story.js';
export * from './curve-sampling.js';
export * from './event-sentence.js';
export * from './fragmentation.js';
export * from './ledger.js';
export * from './profile/collapsed.js';
export * from './profile/difference.js';
export * from './profile/lifetimes.js';
export * from './profile/places.js';
export * from './profile/profile.js';
export * from './profile/speedscope.js';
export * from './profile/stacks.js';
export * from './profile/sums.js';
export * from './quantities.js';
export * from './state-sentence.js';
export * from './window-curve.js';
