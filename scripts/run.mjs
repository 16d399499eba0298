/** `node scripts/run.mjs NAME ARGUMENTS`: prepares what is missing, then becomes `apps/cli/src/NAME.ts` (or `NAME/main.ts`). */
import './node-version.mjs';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [name = '', ...args] = process.argv.slice(2);
const { prepareOrExit, root } = await import('./prepare.mjs');
const called = process.cwd();
await prepareOrExit();
// Paths that a person names are meant from where that person is.
process.chdir(process.env.INIT_CWD ?? called);
const built = path.join(root, 'dist/apps/cli/src');
const file = [`${name}.js`, `${name}/main.js`].map((end) => path.join(built, end)).find((entry) => existsSync(entry));
if (!file || !/^[\w-]+$/.test(name)) {
  process.stderr.write(`There is no command "${name}".\n`);
  process.exit(1);
}
process.argv = [process.execPath, file, ...args];
await import(pathToFileURL(file).href);
