/**
 * Makes what every Python child starts from, once per version: `prepare.js PYODIDE_FOLDER OUT_FOLDER` writes the recorder as a
 * WebAssembly module, and a snapshot of the interpreter's memory after its start with the usual modules imported. Runs no
 * program but this one.
 *
 * Without the snapshot children start all the same, only slower: failing to make it is not an error.
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import makeWabt from 'wabt';
import type { LoadPyodide } from './emscripten.js';
import { ENVIRONMENT, offerFileFlags, RECORDER_FILE, SNAPSHOT_FILE } from './load.js';
import { RECORDER_SOURCE } from './recorder-source.js';

const [, , pyodideFolder = '', out = ''] = process.argv;
/** What Python believes to be called, and keeps: not our path. */
process.argv[1] = '/python';

/** In memory from the start, so that importing them costs a program nothing. */
const IMPORTED =
  'abc, array, ast, bisect, collections, contextlib, copy, dataclasses, datetime, decimal, enum, functools, gc, heapq, ' +
  'inspect, io, itertools, json, linecache, math, operator, random, re, statistics, string, struct, sys, textwrap, time, ' +
  'tokenize, traceback, types, typing, weakref';

function write(name: string, bytes: Uint8Array): void {
  const file = path.join(out, name);
  writeFileSync(`${file}.${process.pid}`, bytes);
  renameSync(`${file}.${process.pid}`, file);
}

mkdirSync(out, { recursive: true });
const wabt = await makeWabt();
const module = wabt.parseWat('recorder.wat', RECORDER_SOURCE);
write(RECORDER_FILE, module.toBinary({}).buffer);

try {
  offerFileFlags();
  const { loadPyodide }: { loadPyodide: LoadPyodide } = await import(
    pathToFileURL(path.join(pyodideFolder, 'pyodide.mjs')).href
  );
  const pyodide = await loadPyodide({ indexURL: pyodideFolder, env: ENVIRONMENT, _makeSnapshot: true });
  pyodide.runPython(`import ${IMPORTED}`);
  write(SNAPSHOT_FILE, pyodide.makeMemorySnapshot());
} catch (error) {
  process.stderr.write(`no snapshot: ${error instanceof Error ? error.message : String(error)}\n`);
}
process.exit(0);
