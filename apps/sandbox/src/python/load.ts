/**
 * Loads CPython (pyodide), from the memory snapshot when there is one, and closes every door before anybody's code runs. See
 * `docs/sandbox.md` for the walls.
 */
import { existsSync, readFileSync, constants as fsConstants } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LayerFinding, SnippetRequest } from '../protocol.js';
import { openings, sealRealm } from '../realm.js';
import type { LoadRuntime } from '../runtime.js';
import type { LoadPyodide } from './emscripten.js';
import { ImportGate } from './import-gate.js';
import { Interpreter } from './interpreter.js';
import { readLayout } from './layout.js';
import { MemoryCap } from './memory-cap.js';
import { Program } from './program.js';
import { PROGRAM_SOURCE } from './program-source.js';
import { Recorder } from './recorder.js';
import { breaches, seal } from './seal.js';
import { TRANSLATION_SOURCE } from './translation-source.js';

export const SNAPSHOT_FILE = 'snapshot.bin';
export const RECORDER_FILE = 'recorder.wasm';
export const ENVIRONMENT = { PYTHONHASHSEED: '0' };

/** pyodide reads Node's file flags in a way that the permission model forbids; these are what it would find. */
export function offerFileFlags(): void {
  Object.defineProperty(process, 'binding', { value: bindingOf, configurable: true, writable: true });
}

function bindingOf(name: string): unknown {
  return name === 'constants' ? { fs: fsConstants } : undefined;
}

/** `folders`: pyodide's own, and the one of what was prepared. */
export const load: LoadRuntime = async (outbox, [pyodideFolder = '', prepared = '']) => {
  const gate = new ImportGate();
  const cap = new MemoryCap();
  cap.guardMemory();
  offerFileFlags();
  const takeDown = gate.putUp();
  const { loadPyodide }: { loadPyodide: LoadPyodide } = await import(
    pathToFileURL(path.join(pyodideFolder, 'pyodide.mjs')).href
  );
  const snapshot = path.join(prepared, SNAPSHOT_FILE);
  const pyodide = await loadPyodide({
    indexURL: pyodideFolder,
    env: ENVIRONMENT,
    ...(existsSync(snapshot) && { _loadSnapshot: readFileSync(snapshot) }),
  });
  takeDown();
  const { _module: module, version } = pyodide;
  const layout = readLayout(module);

  let program: Program | null = null;
  const sink = (stream: 'stdout' | 'stderr') => {
    const decoder = new TextDecoder();
    return {
      write: (bytes: Uint8Array): number => {
        program?.print(stream, decoder.decode(bytes, { stream: true }), bytes.length);
        return bytes.length;
      },
    };
  };
  pyodide.setStdout(sink('stdout'));
  pyodide.setStderr(sink('stderr'));
  pyodide.setStdin({ stdin: () => null });
  // Loaded on first use otherwise, and then it would be too late.
  pyodide.runPython('import os, time; os.urandom(1); time.localtime()');

  const recorder = new Recorder(module, readFileSync(path.join(prepared, RECORDER_FILE)));
  const interpreter = new Interpreter(module);
  cap.guardFiles(module);
  seal(interpreter);
  interpreter.define(TRANSLATION_SOURCE);
  interpreter.define(PROGRAM_SOURCE);
  recorder.offerCallbacks(interpreter);
  sealRealm();
  gate.close();

  return {
    title: `CPython 3.14, wasm32 (pyodide ${version})`,
    layers: findings(interpreter, gate),
    run(request: SnippetRequest) {
      program = new Program(interpreter, recorder, layout, cap, outbox, request);
      return program.run();
    },
  };
};

function findings(interpreter: Interpreter, gate: ImportGate): LayerFinding[] {
  const open = openings();
  const breached = breaches(interpreter);
  const shut = gate.closed && gate.guarded > 100;
  return [
    {
      layer: 'realm',
      inForce: open.length === 0 && shut,
      detail:
        open.length > 0
          ? `still there: ${open.join(', ')}`
          : `${gate.guarded} imports of the interpreter are ${shut ? 'shut' : 'open'}; no process, no code from text`,
    },
    {
      layer: 'interpreter',
      inForce: breached.length === 0,
      detail: breached.length > 0 ? `succeeded: ${breached.join('; ')}` : 'every attempt to reach the bridge failed',
    },
  ];
}
