/**
 * Compiles what every C and C++ program is linked with, once per version: `prepare.js CLANG_FOLDER OUT_FOLDER`. Runs nobody's
 * program.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ARGUMENTS_OBJECT, ENTRY, RECORDER_OBJECT } from './load.js';
import { compileOwnObjects, type Llvm } from './toolchain.js';

const [, , folder = '', out = ''] = process.argv;
const { runLLVM }: { runLLVM: Llvm } = await import(pathToFileURL(path.join(folder, ENTRY)).href);
const own = await compileOwnObjects(runLLVM);
writeFileSync(path.join(out, ARGUMENTS_OBJECT), own.arguments);
// Written last: where it is, all is.
writeFileSync(path.join(out, RECORDER_OBJECT), own.recorder);
process.exit(0);
