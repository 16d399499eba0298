/**
 * The pages by address, and the files that each is made of, as the build tells them: named in the page itself, a browser fetches all
 * of them at once, and not each when the one before has told it to.
 */

/** Address -> the module in `apps/dashboard/src/pages` that draws it. */
export const PAGE_MODULES: Readonly<Record<string, string>> = {
  '/': 'front/home-page.tsx',
  ...ofSubjects('', 'heap/heap-page.tsx'),
  ...ofSubjects('/compare', 'compare/compare-page.tsx'),
  ...ofSubjects('/lifetimes', 'lifetimes/lifetimes-page.tsx'),
  ...ofSubjects('/leaks', 'leaks/leaks-page.tsx'),
  ...ofSubjects('/party', 'party/party-page.tsx'),
  ...ofSubjects('/program', 'program/program-page.tsx'),
  '/compare': 'compare/compare-page.tsx',
  '/party': 'party/toy-party-page.tsx',
  '/scenarios/:name': 'scenario/scenario-page.tsx',
  '/snippets/new': 'snippet/snippet-page.tsx',
  '/snippets/:id': 'snippet/snippet-page.tsx',
  '/class/new': 'class/new-class-page.tsx',
  '/class/:id': 'class/teacher-page.tsx',
  '/class/:id/screen': 'class/screen-page.tsx',
  '/join': 'class/join-page.tsx',
  '/j/:code': 'class/join-page.tsx',
  '/j/:code/live': 'class/live-page.tsx',
};

/** What Vite tells of a module that became a file. */
export interface BuiltModule {
  readonly file: string;
  readonly css?: readonly string[];
  readonly assets?: readonly string[];
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
}
export type BuildManifest = Readonly<Record<string, BuiltModule | undefined>>;

const ENTRY = 'index.html';
/** What most words are written in. */
const FIRST_FONT = /\/inter-latin-wght-normal[^/]*\.woff2$/;

/** Tags for the head of the page at an address; empty where the build knows nothing of it. */
export function fileTags(manifest: BuildManifest, address: string): string {
  const module = PAGE_MODULES[address];
  const page = module === undefined ? undefined : `src/pages/${module}`;
  if (page === undefined || !manifest[page]) return '';
  let files = closure(manifest, [page]);
  // Who looks at what grows needs its connection as well, which is fetched only then.
  if (address.startsWith('/s/')) {
    files = closure(manifest, [page, ...files.flatMap(({ dynamicImports = [] }) => dynamicImports)]);
  }
  const fonts = (manifest[ENTRY]?.assets ?? []).filter((file) => FIRST_FONT.test(file));
  return [
    ...files.map(({ file }) => `<link rel="modulepreload" crossorigin href="/${file}">`),
    ...[...new Set(files.flatMap(({ css = [] }) => css))].map(
      (file) => `<link rel="stylesheet" crossorigin href="/${file}">`,
    ),
    ...fonts.map((file) => `<link rel="preload" as="font" type="font/woff2" crossorigin href="/${file}">`),
  ].join('\n    ');
}

/** These modules and all that they import, but for what every page begins with. */
function closure(manifest: BuildManifest, names: readonly string[]): BuiltModule[] {
  const seen = new Set([ENTRY]);
  const found: BuiltModule[] = [];
  const waiting = [...names];
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const module = manifest[name];
    if (!module || seen.has(name)) continue;
    seen.add(name);
    found.push(module);
    waiting.push(...(module.imports ?? []));
  }
  return found;
}

function ofSubjects(view: string, module: string): Readonly<Record<string, string>> {
  return { [`/r/:id${view}`]: module, [`/s/:id${view}`]: module };
}
