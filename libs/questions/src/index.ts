/** Questions to a class: what happens next, asked before it happens, and answered by the model. */
export * from './generation.js';
export * from './grading.js';
export type { Moment, ProgramMoment } from './moment.js';
export * from './question.js';
