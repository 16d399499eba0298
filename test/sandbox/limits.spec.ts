/** What a program may not do for ever: each ends in an outcome, with everything until then delivered. */
import { readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SandboxHost } from '@heapcast/sandbox';
import { messageOf, openSandbox, run } from './sandbox-under-test.js';

let host: SandboxHost;
const MIB = 1024 * 1024;
/** Says that it runs, and then does so. */
const ENDLESS = {
  language: 'python' as const,
  file: 'snippet.py',
  source: 'print(1)\nwhile True: pass',
  args: [],
  record: 'requests' as const,
  limits: { timeMs: 60_000, memoryBytes: 128 * MIB, events: 1e6, lines: 0, outputBytes: 1e5, sourceBytes: 1e5 },
};

beforeAll(async () => {
  host = openSandbox({ warm: 1 });
  await host.warm();
}, 180_000);

afterAll(() => host.close());

describe('a limit ends a program', () => {
  it('that runs for ever', async () => {
    const { finished } = await run(host, 'while True: pass', { limits: { timeMs: 500 } });
    expect(finished).toMatchObject({ outcome: 'timeLimit', detail: 'It ran longer than 500 ms.' });
    expect(finished.ms).toBeGreaterThanOrEqual(500);
  });

  it('that runs for ever, line by line, after telling what it asked for', async () => {
    const source = 'kept = [0] * 100\ni = 0\nwhile True:\n    i = 1\n    i = 2\n';
    const { finished, chunks } = await run(host, source, { limits: { timeMs: 1000 } });
    expect(finished.outcome).toBe('timeLimit');
    expect(finished.events).toBeGreaterThan(0);
    expect(chunks.flatMap((chunk) => [...chunk.size])).toContain(400);
  });

  it('that is busy in one call of a C function', async () => {
    const { finished } = await run(host, 'print(len(str(9 ** (9 ** 8))))', { limits: { timeMs: 500 } });
    // CPython itself refuses to print a number of so many digits, where the machine is fast enough to get there.
    expect(['timeLimit', 'exception']).toContain(finished.outcome);
  });

  it('that asks for memory without end', async () => {
    const told = await run(host, 'kept = []\nwhile True:\n    kept.append(bytearray(8 << 20))\n', {
      limits: { memoryBytes: 128 * MIB },
    });
    expect(told.finished).toMatchObject({ outcome: 'memoryLimit' });
    expect(messageOf(told, 'exception')).toMatchObject({ type: 'MemoryError', line: 3 });
    expect(messageOf(told, 'census').types.find(({ type }) => type === 'bytearray')?.count).toBeGreaterThan(5);
  });

  it('that asks for everything at once, and lets it go on when it copes', async () => {
    const source = "try:\n    bytearray(1 << 30)\nexcept MemoryError:\n    print('copes')\n";
    const { finished, output } = await run(host, source, { limits: { memoryBytes: 128 * MIB } });
    expect(finished.outcome).toBe('finished');
    expect(output).toBe('copes\n');
  });

  it('that fills its files', async () => {
    const source = `
try:
    for number in range(10000):
        with open('/tmp/%d' % number, 'wb') as file:
            file.write(bytes(1 << 20))
except OSError as error:
    print(error.strerror, number < 200)
`;
    const { output } = await run(host, source, { limits: { memoryBytes: 128 * MIB } });
    expect(output).toBe('No space left on device True\n');
  });

  it('that makes files without end', async () => {
    const { finished } = await run(host, "import os\ni = 0\nwhile True:\n    os.mkdir('/tmp/%d' % i); i += 1\n", {
      limits: { timeMs: 3000 },
    });
    expect(['timeLimit', 'memoryLimit', 'eventLimit']).toContain(finished.outcome);
  });

  it('that prints without end', async () => {
    const { finished, output } = await run(host, "while True: print('A' * 9999)", { limits: { outputBytes: 25_000 } });
    expect(finished).toMatchObject({ outcome: 'outputLimit', outputBytes: 25_000 });
    expect(output).toHaveLength(25_000);
  });

  it('that makes too many requests, at that request', async () => {
    const told = await run(host, 'kept = []\nwhile True:\n    kept.append([0] * 9)\n', { limits: { events: 100_000 } });
    expect(told.finished).toMatchObject({ outcome: 'eventLimit', events: 100_000 });
    expect(told.chunks.reduce((sum, chunk) => sum + chunk.length, 0)).toBe(100_000);
  });

  it('that calls itself without end', async () => {
    const told = await run(host, 'def deeper(n):\n    return deeper(n + 1)\ndeeper(0)\n');
    expect(messageOf(told, 'exception')).toMatchObject({ type: 'RecursionError', line: 2 });
    const lifted = 'import sys\nsys.setrecursionlimit(10 ** 9)\ndef deeper(n):\n    return deeper(n + 1)\ndeeper(0)\n';
    const { finished } = await run(host, lifted, { limits: { timeMs: 20_000, events: 1_000_000 } });
    expect(['killed', 'memoryLimit', 'eventLimit', 'exception']).toContain(finished.outcome);
  });

  it('whose source is too long, before it starts', async () => {
    const { finished } = await run(host, `# ${'x'.repeat(2000)}`, { limits: { sourceBytes: 1000 } });
    expect(finished).toMatchObject({ outcome: 'refused', detail: 'The source is 2002 bytes long; 1000 are allowed.' });
  });
});

describe('a program ends', () => {
  it.each([
    ['sys.exit', 'import sys\nsys.exit(3)', 3],
    ['os._exit', 'import os\nos._exit(7)', 7],
    ['os.abort', 'import os\nos.abort()', 134],
  ])('by %s, with its status', async (_name, source, status) => {
    const { finished } = await run(host, `kept = [0] * 100\n${source}`);
    expect(finished).toMatchObject({ outcome: 'exception', exitStatus: status });
    expect(finished.events).toBeGreaterThan(0);
  });

  it.each([
    ['the line and the message of a syntax error', 'x = 1\ndef broken(:\n', 'SyntaxError', 2],
    ['a null byte', 'x = "\0"', 'SyntaxError', 0],
    ['brackets within brackets', '('.repeat(5000), 'SyntaxError', 1],
  ])('before it begins: %s', async (_name, source, type, line) => {
    const told = await run(host, source);
    expect(told.finished.outcome).toBe('doesNotCompile');
    expect(messageOf(told, 'exception')).toMatchObject({ type, line });
    expect(told.finished.detail).toBe(messageOf(told, 'exception').message);
  });

  it('with the type, message, line and traceback of what it raised', async () => {
    const told = await run(host, 'def divide(n):\n    return 1 / n\n\ndivide(0)\n');
    expect(messageOf(told, 'exception')).toEqual({
      kind: 'exception',
      type: 'ZeroDivisionError',
      message: 'division by zero',
      line: 2,
      traceback: expect.stringMatching(
        /File "snippet.py", line 4, in <module>[^]*line 2, in divide\n    return 1 \/ n/,
      ),
    });
  });

  it('even when it breaks what its end is told with', async () => {
    const source = 'import sys\ndef no(event, arguments):\n    raise RuntimeError\nsys.addaudithook(no)\n1 / 0\n';
    const told = await run(host, source);
    expect(told.finished.outcome).toBe('exception');
    expect(messageOf(told, 'exception').type).toBe('ZeroDivisionError');
  });
});

/** Process ids of sandboxes below a process, however many others are between. */
function childrenOf(parent: number): number[] {
  const numbers = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return numbers.flatMap((name) => {
    try {
      const own = Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1].split(' ')[1]) === parent;
      const [file] = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
      if (!own) return [];
      return [...(file === process.execPath ? [Number(name)] : []), ...childrenOf(Number(name))];
    } catch {
      // It has just ended.
      return [];
    }
  });
}

describe('the host', () => {
  it('stops a program when it is told to, and when nobody listens any more', async () => {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), 300);
    const { finished } = await run(host, 'while True: pass', { signal: stop.signal });
    clearTimeout(timer);
    expect(finished).toMatchObject({ outcome: 'killed', detail: 'It was told to stop.' });
    for await (const message of host.run(ENDLESS)) if (message.kind === 'output') break;
    expect((await run(host, 'print(2)')).output).toBe('2\n');
  });

  it('runs programs behind everything else that wants the processor', async () => {
    const niceness = new Set<number>();
    for await (const message of host.run(ENDLESS)) {
      if (message.kind !== 'output') continue;
      for (const pid of childrenOf(process.pid)) niceness.add(os.getPriority(pid));
      break;
    }
    expect([...niceness]).toEqual([os.constants.priority.PRIORITY_BELOW_NORMAL]);
  });

  it('lets so many wait, and no more', async () => {
    const small = openSandbox({ warm: 0, concurrency: 1, waiting: 1 });
    const stop = new AbortController();
    const wish = { signal: stop.signal };
    await small.layers();
    const endless = [run(small, 'while True: pass', wish), run(small, 'while True: pass', wish)];
    // Both are in the queue once what decides about them has run.
    await small.layers();
    await new Promise((resolve) => setImmediate(resolve));
    const third = await run(small, 'print(3)');
    expect(third.finished).toMatchObject({
      outcome: 'refused',
      detail: '1 snippets are waiting already; try again later.',
    });
    stop.abort();
    for (const { finished } of await Promise.all(endless)) expect(finished.outcome).toBe('killed');
    await small.close();
  });

  it('ends what runs and what waits when it closes', async () => {
    const closing = openSandbox({ warm: 1, concurrency: 1 });
    await closing.warm();
    const running = [run(closing, 'while True: pass'), run(closing, 'while True: pass')];
    await closing.layers();
    await closing.close();
    for (const { finished } of await Promise.all(running)) expect(['killed', 'refused']).toContain(finished.outcome);
    expect((await run(closing, 'print(1)')).finished.outcome).toBe('refused');
  });
});
