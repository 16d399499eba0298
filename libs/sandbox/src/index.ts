/** Running a stranger's program: the protocol with the child that runs it, and the host that keeps such children. */
export * from './snippet.js';
export * from './recorded.js';
export * from './heap-findings.js';
export * from './protocol.js';
export * from './runner.js';
export { SandboxHost } from './sandbox-host.js';
