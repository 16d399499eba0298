/** Programs of the talk, and its best practices, to begin with. */
import type { Language, Recording } from '../../service/snippets.js';

export interface Example {
  readonly title: string;
  readonly language: Language;
  readonly record: Recording;
  readonly source: string;
}

export const EXAMPLES: readonly Example[] = [
  {
    title: 'A default argument that grows',
    language: 'python',
    record: 'frames',
    source: `def foo(a=[]):
    a.append(time.time())
    return a

for i in xrange(3):
    print foo()
`,
  },
  {
    title: 'A leak in C++',
    language: 'c++',
    record: 'requests',
    source: `void Fa() {
}

void Fb() {}

void Leak() {
  // Leak !
  int *a = new int[10]; Fa();
  Fb();
  return;
}

void main() {
  Leak();
}
`,
  },
  {
    title: 'The leak, fixed',
    language: 'c++',
    record: 'requests',
    source: `void NoLeak() {
  int *a = new int[10];
  delete[] a;
}

int main() {
  NoLeak();
}
`,
  },
  {
    title: 'A list of dicts that comes and goes',
    language: 'python',
    record: 'requests',
    source: `x = []
for i in range(2000):
    x.append({})

for d in x:
    d.clear()
x.clear()
print(len(x))
`,
  },
  {
    title: 'A reference cycle',
    language: 'python',
    record: 'frames',
    source: `import gc

class Node:
    pass

a = Node()
b = Node()
a.other = b
b.other = a
del a
del b
print(gc.collect(), 'objects were unreachable')
`,
  },
  {
    title: 'A list, or a generator',
    language: 'python',
    record: 'requests',
    source: `def squares(numbers):
    for n in range(numbers):
        yield n * n

gathered = [n * n for n in range(5000)]
print(sum(gathered))
del gathered
print(sum(squares(5000)))
`,
  },
  {
    title: 'Freed twice, in C',
    language: 'c',
    record: 'requests',
    source: `#include <stdlib.h>

int main(void) {
  char *p = malloc(24);
  free(p);
  free(p);
  return 0;
}
`,
  },
];
