/** What other modules use of `problems`. */
export { ApiProblems, ProblemDto } from './problem.dto.js';
export { invalid, notFound, ProblemException } from './problem.exception.js';
export { problemOf } from './problem-of.js';
export { type ProblemName, problemKinds, problemType } from './problem-types.js';
export { refuseUnkeepable, validationProblem } from './validation.js';
