/** The built dashboard: one page for all its addresses, and the files that it is made of. */
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Injectable } from '@nestjs/common';
import { bundledFile } from '../documents/bundled-file.js';
import { notFound, ProblemException } from '../problems/index.js';

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

export interface Asset {
  readonly type: string;
  readonly bytes: Buffer;
}

@Injectable()
export class Pages {
  readonly #page: string | null = null;
  /** Files that may be asked for, by name. */
  readonly #assets = new Map<string, string>();

  constructor() {
    let index: string;
    try {
      index = bundledFile(INDEX);
    } catch {
      return;
    }
    this.#page = readFileSync(index, 'utf8');
    const folder = path.join(path.dirname(index), 'assets');
    for (const name of readdirSync(folder)) this.#assets.set(name, path.join(folder, name));
  }

  /** @throws ProblemException `unavailable` when the dashboard is not part of this installation */
  get page(): string {
    if (this.#page !== null) return this.#page;
    throw new ProblemException('unavailable', 'The dashboard is not built: npm run build. The API is at /docs.');
  }

  /** A file that the page is made of. @throws ProblemException `not-found` */
  async asset(name: string): Promise<Asset> {
    const file = this.#assets.get(name);
    const type = TYPES[path.extname(name)];
    if (file === undefined || type === undefined) throw notFound('file', name);
    return { type, bytes: await readFile(file) };
  }
}
