/**
 * Frames and locals of every line. `frames/program.expected.txt` was told by a recorder that read every frame anew at every line:
 * one that records what changed must come to the same.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FrameRecord, SandboxHost } from '@heapcast/sandbox';
import { openSandbox, run, type Told } from './sandbox-under-test.js';

/** Deeper stacks are looked at in a test of their own. */
const FEW = 8;
/** For six thousand lines. None waits for long, so that a slow machine sends more of them. */
const MESSAGES = 60;
const file = (name: string): string => readFileSync(new URL(`frames/${name}`, import.meta.url), 'utf8');

let host: SandboxHost;
let program: Told;
beforeAll(async () => {
  host = openSandbox({ warm: 1 });
  program = await run(host, file('program.py'), { record: 'frames' });
}, 180_000);
afterAll(() => host.close());

function framesOf({ messages }: Told): FrameRecord[] {
  return messages.flatMap((message) => (message.kind === 'frames' ? message.records : []));
}

/** One line for each record, outermost frame first; `=` is a frame that is as it was in the record before. */
function written(told: Told): string[] {
  let before: string[] = [];
  return framesOf(told)
    .filter(({ frames }) => frames.length <= FEW)
    .map(({ event, site, frames }) => {
      const texts = frames.toReversed().map(({ function: name, locals }) => {
        // How often the interpreter itself refers to a module is none of the program's.
        const shown = locals.map((local) =>
          [local.name, local.type, local.block, ...(local.type === 'module' ? [] : [local.references])].join(' '),
        );
        return `${name}(${shown.join(', ')})`;
      });
      const line = texts.map((text, i) => (text === before[i] ? '=' : text)).join(' > ');
      before = texts;
      return `${event} line ${told.sites[site - 1].line}: ${line}`;
    });
}

describe('frames', () => {
  it('are told of every line as they are: locals, cells, generators, globals that come and go', () => {
    expect(program.finished.outcome).toBe('finished');
    expect(written(program)).toEqual(file('program.expected.txt').trimEnd().split('\n'));
  });

  it('are the 64 innermost of a deep recursion', () => {
    const deep = framesOf(program).filter(({ frames }) => frames.length > FEW);
    // 70 calls of 2 lines on the way down from the 8th frame on, and a line at the bottom.
    expect(deep).toHaveLength(2 * 63 + 66);
    for (const { frames } of deep) {
      expect(frames.length).toBeLessThanOrEqual(64);
      const inner = frames.filter(({ function: name }) => name === 'deep');
      expect(frames.length - inner.length).toBe(frames.length === 64 && inner.length === 64 ? 0 : 1);
      expect(inner.every(({ locals: [n] }) => n.name === 'n' && n.type === 'int')).toBe(true);
      const lists = inner.flatMap(({ locals }) => locals.filter(({ name }) => name === 'here'));
      // Each call has a list of its own; only the innermost may not have made it yet.
      expect(lists.length).toBeGreaterThanOrEqual(inner.length - 1);
      const blocks = lists.map(({ block }) => block).filter((block) => block > 0);
      expect(new Set(blocks).size).toBe(blocks.length);
    }
    expect(deep.filter(({ frames }) => frames.length === 64).length).toBeGreaterThan(20);
  });

  it('that did not change are one object, and thousands of lines come in a few messages', async () => {
    const source =
      'def count(n):\n    i = 0\n    while i < n:\n        i += 1\n    return i\n\nkept = {}\ncount(3000)\n';
    const told = await run(host, source, { record: 'frames' });
    const records = framesOf(told);
    expect(records.length).toBeGreaterThan(6000);
    const outer = new Set(records.flatMap(({ frames }) => (frames.length === 2 ? [frames[1]] : [])));
    expect(outer.size).toBeLessThan(5);
    expect(told.messages.filter(({ kind }) => kind === 'frames').length).toBeLessThan(MESSAGES);
    expect(told.messages.filter(({ kind }) => kind === 'chunk').length).toBeLessThan(MESSAGES);
  });

  it('tell the block that an object lives in, where an address was used again within one line', async () => {
    const source =
      'def again():\n    x = object(); a = id(x)\n    x = None; x = object(); b = id(x)\n' +
      '    x = None; x = object(); c = id(x)\n    print(a == b == c)\nagain()\n';
    const told = await run(host, source, { record: 'frames' });
    expect(told.output).toBe('True\n');
    const blocks = framesOf(told).flatMap(({ frames: [{ locals }] }) =>
      locals.flatMap(({ name, block }) => (name === 'x' ? [block] : [])),
    );
    expect(blocks).toHaveLength(3);
    expect(blocks.every((block) => block > 0)).toBe(true);
    expect(new Set(blocks).size).toBe(3);
  });

  it('come right after the requests that were made before them', async () => {
    const source = 'kept = []\nfor i in range(20000):\n    kept.append([i] * 9)\n';
    const told = await run(host, source, { record: 'frames' });
    let requests = 0;
    let before = 0;
    for (const message of told.messages) {
      if (message.kind === 'chunk') [before, requests] = [requests, requests + message.length];
      if (message.kind !== 'frames') continue;
      for (const { event } of message.records) {
        expect(event).toBeGreaterThanOrEqual(before);
        expect(event).toBeLessThanOrEqual(requests);
      }
    }
    expect(told.messages.filter(({ kind }) => kind === 'frames').length).toBeGreaterThan(2);
  });

  it('end where so many lines were told, and the program goes on', async () => {
    const told = await run(host, 'for i in range(5000):\n    last = i\nprint(last)\n', {
      record: 'frames',
      limits: { lines: 1000 },
    });
    expect([framesOf(told).length, told.output]).toEqual([1000, '4999\n']);
  });
});
