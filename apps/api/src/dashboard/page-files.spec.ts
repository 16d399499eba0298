import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type BuildManifest, fileTags, PAGE_MODULES } from './page-files.js';

const MANIFEST: BuildManifest = {
  'index.html': {
    file: 'assets/index-1.js',
    css: ['assets/index-1.css'],
    assets: ['assets/inter-latin-wght-normal-1.woff2', 'assets/inter-greek-wght-normal-1.woff2'],
  },
  'src/pages/heap/heap-page.tsx': {
    file: 'assets/heap-1.js',
    css: ['assets/heap-1.css'],
    imports: ['index.html', '_lens.js', '_clock.js'],
    dynamicImports: ['socket.js'],
  },
  '_lens.js': { file: 'assets/lens-1.js', imports: ['index.html', '_clock.js'] },
  '_clock.js': { file: 'assets/clock-1.js', css: ['assets/clock-1.css'], imports: ['_lens.js'] },
  'socket.js': { file: 'assets/socket-1.js' },
};

const named = (address: string): readonly string[] =>
  [...fileTags(MANIFEST, address).matchAll(/<link rel="(\w+)".* href="\/assets\/(.+)">/g)].map(
    ([, rel, file]) => `${rel} ${file}`,
  );

describe('the files of a page', () => {
  it('are its own and all that they import, each once, and the font of most words', () => {
    expect(named('/r/:id')).toEqual([
      'modulepreload heap-1.js',
      'modulepreload lens-1.js',
      'modulepreload clock-1.js',
      'stylesheet heap-1.css',
      'stylesheet clock-1.css',
      'preload inter-latin-wght-normal-1.woff2',
    ]);
  });

  it('of what grows have the connection, too', () => {
    expect(named('/s/:id')).toContain('modulepreload socket-1.js');
    expect(named('/r/:id')).not.toContain('modulepreload socket-1.js');
  });

  it('are not known of a page that the build does not have', () => {
    expect(fileTags(MANIFEST, '/party')).toBe('');
    expect(fileTags(MANIFEST, '/nowhere')).toBe('');
  });

  it('belong to modules that are there, for every address that the pages know', () => {
    for (const module of Object.values(PAGE_MODULES)) {
      expect([module, existsSync(`apps/dashboard/src/pages/${module}`)]).toEqual([module, true]);
    }
    const routes = [...readFileSync('apps/dashboard/src/main.tsx', 'utf8').matchAll(/<Route path="([^"]+)"/g)];
    const addresses = routes.map(([, address]) => address).filter((address) => !(address in PAGE_MODULES));
    expect(addresses).toEqual([]);
  });
});
