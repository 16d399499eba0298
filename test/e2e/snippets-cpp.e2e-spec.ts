/** People's own C and C++, compiled and run for real: leaks at their line, and whatever a program does wrong. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiUnderTest } from './api-under-test.js';
import type { Body } from './sessions-client.js';

/** Every program has its compiler loaded for it. */
const PATIENCE = 120_000;

let api: ApiUnderTest;
beforeAll(async () => {
  api = await ApiUnderTest.start({ snippets: 'on', snippetsWarm: 0 });
}, PATIENCE);
afterAll(() => api.close());

async function run(language: 'c' | 'c++', source: string, more: object = {}): Promise<Body> {
  const { status, body } = await api.http.post('/v1/snippets').send({ language, source, ...more });
  expect([status, body.detail]).toEqual([201, expect.any(String)]);
  return body;
}

/** As it is printed, blanks at the ends of lines included. */
const TALK = `void Fa() {
}
                        
void Fb() {}
                        
void Leak() {                                    
// Leak !                
int *a = new int[10]; Fa();
Fb();
return;                        
}                        
void main() {                        
Leak(); }
`;
const NOTHING = { bytes: 0, blocks: 0 };

describe('the leak of the talk', () => {
  it(
    'loses 40 bytes for good, in line 8',
    async () => {
      const snippet = await run('c++', TALK, { file: 'leak.cc' });
      expect(snippet).toMatchObject({
        outcome: 'finished',
        exitStatus: 0,
        exception: null,
        counts: { events: 1, blocks: 1 },
      });
      expect(snippet.translations).toEqual([{ line: 12, from: 'void main', to: 'int main', note: expect.any(String) }]);
      expect(snippet.leaks.summary).toEqual({
        definite: { bytes: 40, blocks: 1 },
        indirect: NOTHING,
        possible: NOTHING,
        reachable: NOTHING,
      });
      expect(snippet.leaks.records).toMatchObject([
        {
          kind: 'definite',
          allocatedBy: 'new[]',
          path: [
            { function: 'Leak()', file: 'leak.cc', line: 8 },
            { function: 'main', file: 'leak.cc', line: 13 },
          ],
        },
      ]);
      const { body: trace } = await api.http.get(`/v1/traces/${snippet.traceId}`).expect(200);
      expect(trace).toMatchObject({ events: 1, blocks: 1, hasSites: true });
      const allocator = { model: 'pymalloc', profile: 'cpython-3.11' };
      const { body: run11 } = await api.http.post('/v1/runs').send({ trace: snippet.traceId, allocator }).expect(202);
      expect(await api.runEnd(run11.id)).toMatchObject({
        status: 'done',
        summary: { end: { totals: { requestedBytes: 40 } } },
      });
    },
    PATIENCE,
  );

  it(
    'loses nothing once it is mended as the talk mends it',
    async () => {
      const snippet = await run('c++', TALK.replace('return;', 'delete a[]; return;'));
      expect(snippet.translations.map(({ from, to }: Body) => [from, to])).toEqual([
        ['delete a[]', 'delete[] a'],
        ['void main', 'int main'],
      ]);
      expect(snippet).toMatchObject({ outcome: 'finished', counts: { events: 2 }, leaks: { records: [], errors: [] } });
      expect(Object.values(snippet.leaks.summary)).toEqual([NOTHING, NOTHING, NOTHING, NOTHING]);
    },
    PATIENCE,
  );
});

it(
  'a C program has its lost, reachable and doubtful blocks told apart, and what it freed wrongly',
  async () => {
    const snippet = await run(
      'c',
      `#include <stdlib.h>
struct node { struct node *next; };
struct node *root;
char *inside;
static void list(void) {
  struct node *first = malloc(sizeof *first);
  first->next = calloc(1, sizeof *first);
}
int main(int argc, char **argv) {
  root = malloc(100);
  inside = (char *)malloc(200) + 8;
  list();
  char *twice = malloc(10);
  free(twice);
  free(twice);
  free(&argc);
  return argc == 3 ? 0 : 1;
}
`,
      { args: ['a', 'b'] },
    );
    expect(snippet).toMatchObject({ outcome: 'finished', exitStatus: 0 });
    expect(snippet.leaks.summary).toEqual({
      definite: { bytes: 4, blocks: 1 },
      indirect: { bytes: 4, blocks: 1 },
      possible: { bytes: 200, blocks: 1 },
      reachable: { bytes: 100, blocks: 1 },
    });
    expect(
      snippet.leaks.records.map(({ kind, path, indirectBytes }: Body) => [kind, path[0].line, indirectBytes]),
    ).toEqual([
      ['definite', 6, 4],
      ['indirect', 7, 0],
      ['possible', 11, 0],
      ['reachable', 10, 0],
    ]);
    expect(snippet.leaks.errors.map(({ kind, path, freedAt }: Body) => [kind, path[0].line, freedAt[0]?.line])).toEqual(
      [
        ['doubleFree', 15, 14],
        ['invalidFree', 16, undefined],
      ],
    );
    const { body } = await api.http.get(`/v1/sessions/${snippet.id}/events?limit=100`).expect(200);
    expect(body.events.map(({ outcome }: Body) => outcome).slice(-2)).toEqual(['doubleFree', 'invalidFree']);
  },
  PATIENCE,
);

it(
  'a C++ program has mismatched deletes told, and its standard library works',
  async () => {
    const snippet = await run(
      'c++',
      `#include <cstdio>
#include <cstdlib>
struct Named { char *text; Named() : text((char *)malloc(5)) {} ~Named() { free(text); } };
int main() {
  Named *several = new Named[3];
  delete[] several;
  int *one = new int[4];
  delete one;
  Named *other = new Named;
  free(other);
  std::printf("done\\n");
}
`,
    );
    expect(snippet).toMatchObject({ outcome: 'finished', output: [{ stream: 'stdout', text: 'done\n' }] });
    expect(
      snippet.leaks.errors.map(({ kind, call, allocatedBy, path }: Body) => [kind, call, allocatedBy, path[0].line]),
    ).toEqual([
      ['mismatchedFree', 'delete', 'new[]', 8],
      ['mismatchedFree', 'free', 'new', 10],
    ]);
    expect(snippet.leaks.summary.definite).toEqual({ bytes: 5, blocks: 1 });
  },
  PATIENCE,
);

describe('whatever a program does', () => {
  // Many more of them, in one process: apps/sandbox/src/cpp/programs.spec.ts.
  it.each([
    [
      'source that does not compile',
      'int main(void) {\n  int x = ;\n}\n',
      {},
      'doesNotCompile',
      { exception: { type: 'CompileError', line: 2 }, diagnostics: [{ severity: 'error', line: 2 }] },
    ],
    [
      'an endless loop',
      'int main(void) {\n  volatile int i = 0;\n  for (;;) i++;\n}\n',
      { timeMs: 300 },
      'timeLimit',
      { detail: expect.stringContaining('snippet.c:3') },
    ],
    [
      'a memory bomb',
      '#include <stdlib.h>\nint main(void) {\n  for (;;) malloc(1 << 20);\n}\n',
      { memoryBytes: 32 << 20 },
      'memoryLimit',
      { detail: expect.stringContaining('snippet.c:3') },
    ],
  ])(
    '%s is an outcome',
    async (_, source, limits, outcome, more) => {
      const snippet = await run('c', source, { limits });
      expect(snippet).toMatchObject({ status: 'finished', outcome, ...more });
    },
    PATIENCE,
  );
});
