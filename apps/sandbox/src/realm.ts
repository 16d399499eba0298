/**
 * Empties the JavaScript realm of everything that leads to the machine. Whoever could run JavaScript here, against all the
 * other walls, would find no `process`, no `fetch`, no way to compile code or WebAssembly, and the permission model of Node
 * around it.
 *
 * What this process itself still needs was taken by its modules when they were loaded.
 */
const LEADS_OUT = (
  'fetch WebSocket EventSource XMLHttpRequest Request Response Headers FormData navigator Worker SharedWorker ' +
  'BroadcastChannel MessageChannel MessagePort require module Buffer WebAssembly SharedArrayBuffer Atomics setTimeout ' +
  'setInterval setImmediate queueMicrotask crypto Crypto CryptoKey SubtleCrypto structuredClone localStorage ' +
  'sessionStorage CustomEvent global process'
).split(' ');
const REACHES_OUT = (
  'binding _linkedBinding dlopen kill _kill abort chdir setuid setgid setgroups getBuiltinModule mainModule _debugProcess ' +
  '_debugEnd send loadEnvFile constrainedMemory report initgroups seteuid setegid umask execve openStdin ' +
  '_startProfilerIdleNotifier'
).split(' ');

/** After this, `globalThis` holds the language and little more. Called once, when everything is loaded. */
export function sealRealm(): void {
  const { process: node } = globalThis;
  for (const name of REACHES_OUT) Reflect.defineProperty(node, name, { value: undefined, configurable: false });
  for (const name of LEADS_OUT) Reflect.deleteProperty(globalThis, name);
}

/** What of it is still there. Empty = sealed. */
export function openings(): string[] {
  const found = LEADS_OUT.filter((name) => Reflect.has(globalThis, name));
  for (const name of ['Function', 'eval']) {
    try {
      const compile: unknown = Reflect.get(globalThis, name);
      if (typeof compile === 'function' && Reflect.apply(compile, undefined, ['1']) !== undefined) found.push(name);
    } catch {
      // Refused, as it should be.
    }
  }
  return found;
}
