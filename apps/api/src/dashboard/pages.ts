/** The built dashboard: a page for each of its addresses, and the files that they are made of. */
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Injectable } from '@nestjs/common';
import { bundledFile } from '../documents/bundled-file.js';
import { notFound, ProblemException } from '../problems/index.js';
import { type BuildManifest, fileTags, PAGE_MODULES } from './page-files.js';

const INDEX = 'dist/apps/dashboard/index.html';

/** Scripts, styles, fonts and pictures of this host and nothing else; nothing in the page itself. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'self'",
].join('; ');

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Encodings by the ending of a file that the build compressed, the smallest first. */
const ENDINGS = { br: '.br', gzip: '.gz', identity: '' } as const;
export type AssetEncoding = keyof typeof ENDINGS;

@Injectable()
export class Pages {
  /** By address as the router writes it. */
  readonly #pages = new Map<string, string>();
  /** Files that may be asked for, by name. */
  readonly #assets = new Map<string, string>();
  readonly #read = new Map<string, Promise<Buffer>>();

  constructor() {
    let index: string;
    try {
      index = bundledFile(INDEX);
    } catch {
      return;
    }
    const page = readFileSync(index, 'utf8');
    const built = path.dirname(index);
    const manifest: BuildManifest = JSON.parse(readFileSync(path.join(built, '.vite/manifest.json'), 'utf8'));
    for (const address of Object.keys(PAGE_MODULES)) {
      this.#pages.set(address, page.replace('</head>', `  ${fileTags(manifest, address)}\n  </head>`));
    }
    const folder = path.join(built, 'assets');
    for (const name of readdirSync(folder)) this.#assets.set(name, path.join(folder, name));
  }

  /**
   * @param address as the router writes it: `/r/:id`
   * @throws ProblemException `unavailable` when the dashboard is not part of this installation
   */
  page(address: string): string {
    const page = this.#pages.get(address);
    if (page !== undefined) return page;
    throw new ProblemException('unavailable', 'The dashboard is not built: npm run build. The API is at /docs.');
  }

  /** Media type of a file that pages are made of, and how it can be had. @throws ProblemException `not-found` */
  describe(name: string): { readonly type: string; readonly encodings: readonly AssetEncoding[] } {
    const type = TYPES[path.extname(name)];
    if (type === undefined || !this.#assets.has(name)) throw notFound('file', name);
    const every: readonly AssetEncoding[] = ['br', 'gzip', 'identity'];
    return { type, encodings: every.filter((encoding) => this.#assets.has(name + ENDINGS[encoding])) };
  }

  /** Read once: all of them together are about a MiB. */
  bytes(name: string, encoding: AssetEncoding): Promise<Buffer> {
    const file = this.#assets.get(name + ENDINGS[encoding]);
    if (file === undefined) throw notFound('file', name);
    let bytes = this.#read.get(file);
    if (!bytes) {
      bytes = readFile(file);
      this.#read.set(file, bytes);
      // One that could not be read is tried again.
      bytes.catch(() => this.#read.delete(file));
    }
    return bytes;
  }
}
