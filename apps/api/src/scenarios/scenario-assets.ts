/** Files that scenarios bring along, from the sources and from the built service alike. */
import { readFileSync } from 'node:fs';
import type { AssetReader } from '@heapcast/scenarios';
import { bundledFile } from '../documents/bundled-file.js';

export const readAsset: AssetReader = (name) => readFileSync(bundledFile(`apps/api/assets/${name}`));
