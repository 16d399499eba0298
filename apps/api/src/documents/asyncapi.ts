/** `docs/asyncapi.yaml` as JSON: what travels over the socket. */
import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { bundledFile } from './bundled-file.js';

export function asyncApiDocument(): unknown {
  return load(readFileSync(bundledFile('docs/asyncapi.yaml'), 'utf8'));
}
