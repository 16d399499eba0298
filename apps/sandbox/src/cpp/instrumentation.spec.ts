import { beforeAll, describe, expect, it } from '@jest/globals';
import makeWabt from 'wabt';
import { instrument } from './instrumentation.js';
import { readModule } from './wasm-module.js';
import { withMemoryLimit } from './compiler-memory.js';

let assemble: (text: string) => Uint8Array;
beforeAll(async () => {
  const wabt = await makeWabt();
  assemble = (text) => wabt.parseWat('test.wat', text).toBinary({ write_debug_names: true }).buffer;
});

const PATH = 1024;

/** Runs `start` of a module that has the recorder's globals and imports; answers what its host was told. */
function run(functions: string, fuel = 1_000_000) {
  const module = readModule(
    assemble(`(module
      (import "heapcast" "poll" (func $poll))
      (import "test" "look" (func $look))
      (memory (export "memory") 1)
      (global $depth (export "depth") (mut i32) (i32.const 0))
      (global $fuel (export "fuel") (mut i32) (i32.const ${fuel}))
      ${functions})`),
  );
  const instruments = { depth: 0, fuel: 1, poll: 0, path: PATH, pathBytes: 4096 };
  const instrumented = instrument(module, instruments, ({ name }) => name === 'alone');
  const looks: string[][] = [];
  const stack = (): string[] => {
    const depth = Number((exports['depth'] as WebAssembly.Global).value) / 4;
    const path = new Uint32Array((exports['memory'] as WebAssembly.Memory).buffer, PATH, depth);
    return Array.from(
      path,
      (position) => module.functions.find(({ from, to }) => position >= from && position < to)?.name ?? '?',
    );
  };
  let polls = 0;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(instrumented.bytes), {
    heapcast: {
      poll: () => {
        polls++;
        (exports['fuel'] as WebAssembly.Global).value = fuel;
        if (polls === 3) throw new Error(`stopped in ${stack().join(' > ')}`);
      },
    },
    test: { look: () => void looks.push(stack()) },
  });
  const start = exports['start'] as () => number;
  return { start, looks, module, instrumented };
}

describe('an instrumented module', () => {
  it('keeps the functions that are running on its shadow stack', () => {
    const { start, looks } = run(`
      (func $inner (call $look))
      (func $outer (call $inner) (call $look))
      (func (export "start") (result i32) (call $outer) (call $inner) (call $look) (i32.const 7))`);
    expect(start()).toBe(7);
    const name = looks[0]?.[0];
    expect(looks).toEqual([[name, 'outer', 'inner'], [name, 'outer'], [name, 'inner'], [name]]);
  });

  it('computes what it computed before: parameters, locals, branches, tables and results', () => {
    const { start } = run(`
      (type $op (func (param i32 i32) (result i32)))
      (table 2 funcref) (elem (i32.const 0) $add $sub)
      (func $add (type $op) (i32.add (local.get 0) (local.get 1)))
      (func $sub (type $op) (i32.sub (local.get 0) (local.get 1)))
      (func $sum (param $n i32) (result i32) (local $s i32) (local $l i64)
        (block $done (loop $again
          (br_if $done (i32.eqz (local.get $n)))
          (local.set $s (call_indirect (type $op) (local.get $s) (local.get $n) (i32.const 0)))
          (local.set $n (i32.sub (local.get $n) (i32.const 1)))
          (br $again)))
        (block $b (block $a (br_table $a $b (i32.const 1))))
        (local.get $s))
      (func (export "start") (result i32)
        (call_indirect (type $op) (call $sum (i32.const 100)) (i32.const 50) (i32.const 1)))`);
    expect(start()).toBe(5000);
  });

  it('comes back from an endless loop, and from a recursion without one, with where it was', () => {
    const loop = run('(func $spin (loop $l (br $l))) (func (export "start") (call $spin))', 1000);
    expect(() => loop.start()).toThrow(/stopped in .* > spin$/);
    const recursion = run(
      `(func $twice (param i32) (if (local.get 0) (then
         (call $twice (i32.sub (local.get 0) (i32.const 1))) (call $twice (i32.sub (local.get 0) (i32.const 1))))))
       (func (export "start") (call $twice (i32.const 40)))`,
      1000,
    );
    expect(() => recursion.start()).toThrow(/twice$/);
  });

  it('leaves alone what it is told to, and keeps the stack right around it', () => {
    const { start, looks } = run(`
      (func $alone (call $look))
      (func $outer (call $alone))
      (func (export "start") (call $outer) (call $alone))`);
    start();
    expect(looks.map((look) => look.at(-1))).toEqual(['outer', looks[1]?.[0]]);
  });

  it('knows where in the linked module an offset comes from', () => {
    const { start, module, instrumented } = run(`
      (func $trap (if (i32.const 1) (then (call $look) (unreachable))))
      (func (export "start") (call $trap))`);
    const error = ((): Error => {
      try {
        start();
      } catch (caught) {
        return caught as Error;
      }
      throw new Error('did not trap');
    })();
    // As the runner's source maps write it: the column is the offset, from 1.
    const offset = Number(/wasm:\/\/wasm\/[0-9a-f]+:1:(\d+)/.exec(error.stack ?? '')?.[1]) - 1;
    const position = instrumented.positionOf(offset);
    const UNREACHABLE = 0;
    expect(module.bytes[module.codeStart + position]).toBe(UNREACHABLE);
    expect(module.functions.find(({ from, to }) => position >= from && position < to)?.name).toBe('trap');
  });
});

describe('withMemoryLimit', () => {
  const grow = (bytes: Uint8Array, pages: number): number =>
    (new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports['memory'] as WebAssembly.Memory).grow(pages);

  it('narrows what a memory may grow to', () => {
    const module = assemble('(module (memory (export "memory") 2 65536) (func (export "f")))');
    expect(grow(withMemoryLimit(module, 10), 8)).toBe(2);
    expect(() => grow(withMemoryLimit(module, 10), 9)).toThrow(RangeError);
  });

  it('gives a memory without a maximum one', () => {
    const module = assemble('(module (memory (export "memory") 1))');
    expect(() => grow(withMemoryLimit(module, 3), 3)).toThrow(RangeError);
  });
});
