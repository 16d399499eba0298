import { describe, expect, it } from '@jest/globals';
import { translate } from './dialect.js';

describe('translate', () => {
  it('reads void main as int main, and its empty returns as 0', () => {
    const { source, notes } = translate(
      'void f() { return; }\nvoid main() {\n  if (1) return ;\n  f();\n}\nvoid g() { return; }\n',
    );
    expect(source).toBe('void f() { return; }\nint  main() {\n  if (1) return 0 ;\n  f();\n}\nvoid g() { return; }\n');
    expect(notes).toEqual([{ line: 2, from: 'void main', to: 'int main', note: expect.any(String) }]);
  });

  it('reads delete a[] as delete[] a, and says so once', () => {
    const { source, notes } = translate('delete a[];\n\ndelete  b [ ] ;\ndelete c;');
    expect(source).toBe('delete[] a;\n\ndelete[]  b  ;\ndelete c;');
    expect(notes).toEqual([{ line: 1, from: 'delete a[]', to: 'delete[] a', note: expect.any(String) }]);
  });

  it.each([
    ['a comment', '// void main() { delete a[]; }\n/* void main() */ int main() {}'],
    ['a text', 'const char *s = "void main() delete a[]";'],
    ['a character and an escaped quote', 'char q = \'"\'; const char *t = "\\" void main(";'],
    ['other names', 'void domain() {} void main_loop() {} int x = undelete; int y[3];'],
    ['a declaration alone', 'int main(void);'],
  ])('leaves %s as it is', (_, source) => {
    expect(translate(source)).toEqual({ source, notes: [] });
  });

  it('moves nothing to another line, however broken the source is', () => {
    for (const source of [
      'void main() {',
      'void main(',
      'void main() { "',
      '/* void main() {',
      'void main() }}} return; {',
    ]) {
      expect(translate(source).source.split('\n')).toHaveLength(source.split('\n').length);
    }
  });
});
