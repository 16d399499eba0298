export * from './problem.js';
export * from './session-request.js';
export * from './session-event.js';
export * from './session.js';
export * from './event-frame.js';
export * from './socket-events.js';
export * from './program.js';
export * from './program-session.js';
