/** The built dashboard: one page for all its addresses, and the files that it is made of. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Injectable } from '@nestjs/common';
import { bundledFile } from '../documents/bundled-file.js';
import { ProblemException } from '../problems/index.js';

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

@Injectable()
export class Pages {
  readonly #folder: string | null;
  readonly #page: string | null;

  constructor() {
    this.#folder = folderOfPages();
    this.#page = this.#folder === null ? null : readFileSync(path.join(this.#folder, 'index.html'), 'utf8');
  }

  /** @throws ProblemException `unavailable` when the dashboard is not part of this installation */
  get page(): string {
    if (this.#page !== null) return this.#page;
    throw new ProblemException('unavailable', 'The dashboard is not built: npm run build. The API is at /docs.');
  }

  /** Hands out the page's files; their names change with what is in them, so they may be kept for ever. */
  async serveAssets(app: NestFastifyApplication): Promise<void> {
    if (this.#folder === null) return;
    await app.register(fastifyStatic, {
      root: path.join(this.#folder, 'assets'),
      prefix: '/assets/',
      index: false,
      immutable: true,
      maxAge: '365d',
      decorateReply: false,
    });
  }
}

function folderOfPages(): string | null {
  try {
    const file = bundledFile(INDEX);
    return existsSync(file) ? path.dirname(file) : null;
  } catch {
    return null;
  }
}
