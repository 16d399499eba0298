import { expect, it } from '@jest/globals';
import { readDiagnostics } from './diagnostics.js';

it('reads what clang says, without the source lines and the count at its end', () => {
  const text = `leak.cc:3:7: error: cannot initialize a variable of type 'int' with 'const char[6]'
    3 |   int x = "hello";
      |       ^   ~~~~~~~
/usr/include/c++/v1/vector:12:3: note: declared here
leak.cc:9:1: warning: non-void function does not return a value [-Wreturn-type]
leak.cc:1:10: fatal error: 'nothing.h' file not found
3 errors generated.
`;
  expect(readDiagnostics(text)).toEqual([
    {
      severity: 'error',
      file: 'leak.cc',
      line: 3,
      column: 7,
      message: "cannot initialize a variable of type 'int' with 'const char[6]'",
    },
    { severity: 'note', file: '/usr/include/c++/v1/vector', line: 12, column: 3, message: 'declared here' },
    {
      severity: 'warning',
      file: 'leak.cc',
      line: 9,
      column: 1,
      message: 'non-void function does not return a value [-Wreturn-type]',
    },
    { severity: 'error', file: 'leak.cc', line: 1, column: 10, message: "'nothing.h' file not found" },
  ]);
});

it('reads what the linker says', () => {
  expect(readDiagnostics('wasm-ld: error: program.o: undefined symbol: gone()\n')).toEqual([
    { severity: 'error', file: '', line: 0, column: 0, message: 'undefined symbol: gone()' },
  ]);
});

it('keeps a hundred at most', () => {
  expect(readDiagnostics('a.c:1:1: error: x\n'.repeat(500))).toHaveLength(100);
});
