/** The page, made of files that the service hands out itself: nothing is fetched from another host. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  resolve: { alias: { '@heapcast/contracts': here('../../libs/contracts/src/index.ts') } },
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  build: {
    outDir: here('../../dist/apps/dashboard'),
    emptyOutDir: true,
    target: 'es2022',
    // Fonts and pictures as files of their own: the page's policy allows no data: but for images.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
