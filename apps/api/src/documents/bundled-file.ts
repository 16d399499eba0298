/** Finds files that ship with the service, from the sources and from the built files alike. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** @param name path from the root of the project. @throws Error when the file is not there. */
export function bundledFile(name: string): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = path.join(folder, name);
    if (existsSync(path.join(folder, 'package.json')) && existsSync(candidate)) return candidate;
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error(`${name} is missing from this installation`);
    folder = parent;
  }
}
