/** The page, made of files that the service hands out itself: nothing is fetched from another host. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defineConfig } from 'vite';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const OUTPUT = here('../../dist/apps/dashboard');

/** Compresses every file once, as well as can be: the service only hands out. Fonts are compressed already. */
const compressed = {
  name: 'compressed-assets',
  closeBundle() {
    const folder = path.join(OUTPUT, 'assets');
    for (const name of readdirSync(folder)) {
      if (!/\.(js|css|svg)$/.test(name)) continue;
      const bytes = readFileSync(path.join(folder, name));
      writeFileSync(path.join(folder, `${name}.gz`), gzipSync(bytes, { level: 9 }));
      const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
      writeFileSync(path.join(folder, `${name}.br`), brotliCompressSync(bytes, { params }));
    }
  },
};

export default defineConfig({
  root: here('.'),
  resolve: { alias: { '@heapcast/contracts': here('../../libs/contracts/src/index.ts') } },
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  plugins: [compressed],
  build: {
    outDir: OUTPUT,
    emptyOutDir: true,
    target: 'es2022',
    // A few KB less than Vite's own minifier makes of it.
    minify: 'terser',
    terserOptions: { ecma: 2020, module: true, compress: { passes: 2 } },
    // Fonts and pictures as files of their own: the page's policy allows no data: but for images.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // A file that is smaller costs more to ask for than to have.
    rollupOptions: { output: { experimentalMinChunkSize: 6000 } },
    // Which files a page is made of: the service names them in the page, so that they are fetched at once.
    manifest: true,
  },
});
