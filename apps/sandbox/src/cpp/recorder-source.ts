/**
 * What is linked to every C and C++ program: each request for memory is carried out by the C library's own allocator and
 * told to the host. `malloc` and its like are caught by the linker (`--wrap`), so calls from inside the libraries are told
 * too; `operator new` and `delete` take the place of the C++ library's, as the language allows, so that it is known which
 * of them gave a block and which takes it back. They are weak: a program may define its own, also only some: as the standard
 * has it, those for arrays, with a size or with `nothrow` go on to the plain one of their alignment, whosever it is.
 *
 * A block that is freed is not free at once: the host keeps it aside for a while (as memcheck does), so that a second free
 * of it is seen as one. It answers each free with the block that may really go now.
 */

/** Which function of the program gave or took a block: the numbers that the recorder tells. */
export const HEAP_CALLS = [
  'malloc',
  'calloc',
  'realloc',
  'aligned_alloc',
  'new',
  'new[]',
  'free',
  'delete',
  'delete[]',
] as const;
export type HeapCall = (typeof HEAP_CALLS)[number];

/** Names of what the rewritten module and the host need to find. */
export const RecorderName = {
  module: 'heapcast',
  depth: 'heapcast_depth',
  fuel: 'heapcast_fuel',
  path: 'heapcast_path',
} as const;

/** Room for the shadow stack: 65,536 frames. */
export const PATH_BYTES = 1 << 18;

/** Of all arguments of `main` together, with the zero byte after each. */
export const ARGUMENT_BYTES = 1 << 14;
export const MOST_ARGUMENTS = 64;

/** Functions of the C library that are caught on their way. */
export const WRAPPED = ['malloc', 'calloc', 'realloc', 'free', 'aligned_alloc', 'posix_memalign'] as const;

const number = (call: HeapCall): number => HEAP_CALLS.indexOf(call);

/**
 * The forms of `new` and `delete` for one alignment. Only the plain ones ask the allocator, in the name of the form that was
 * called; the others go on to them.
 *
 * @param alignment how the linker's names say it, '' = the usual one
 */
function operators(alignment: '' | 'St11align_val_t'): string {
  const nothrow = 'RKSt9nothrow_t';
  const [parameter, argument, bytes] = alignment ? [', size a', ', a', 'a'] : ['', '', '0'];
  const onward = (letter: 'l' | 'a'): string => `
GIVES void _Zd${letter}Pvm${alignment}(void *p, size n${parameter}) { _Zd${letter}Pv${alignment}(p${argument}); }
GIVES void _Zd${letter}Pv${alignment}${nothrow}(void *p${parameter}, void *t) { _Zd${letter}Pv${alignment}(p${argument}); }`;
  const orNull = (letter: 'w' | 'a'): string => `
GIVES void *_Zn${letter}m${alignment}${nothrow}(size n${parameter}, void *t) {
  heapcast_may_fail = 1;
  void *p = _Zn${letter}m${alignment}(n${argument});
  heapcast_may_fail = 0;
  return p;
}`;
  return `
GIVES void *_Znwm${alignment}(size n${parameter}) { return heapcast_new(n, ${bytes}); }
GIVES void *_Znam${alignment}(size n${parameter}) {
  heapcast_array = 1;
  void *p = _Znwm${alignment}(n${argument});
  heapcast_array = 0;
  return p;
}
GIVES void _ZdlPv${alignment}(void *p${parameter}) { heapcast_delete(p); }
GIVES void _ZdaPv${alignment}(void *p${parameter}) {
  heapcast_array = 1;
  _ZdlPv${alignment}(p${argument});
  heapcast_array = 0;
}${orNull('w')}${orNull('a')}${onward('l')}${onward('a')}
`;
}

export const RECORDER_SOURCE = `
typedef __SIZE_TYPE__ size;
#define HOST(name) __attribute__((import_module("${RecorderName.module}"), import_name(#name)))
#define GIVES __attribute__((weak))

HOST(placed) void heapcast_placed(int call, void *block, size bytes, void *old, unsigned depth);
HOST(freed) void *heapcast_freed(int call, void *block, unsigned depth);
HOST(next) void *heapcast_next(void);
HOST(resizable) int heapcast_resizable(void *block, unsigned depth);
HOST(exhausted) void heapcast_exhausted(int call, size bytes, unsigned depth);
HOST(poll) void heapcast_poll(void);

void *__real_malloc(size);
void *__real_calloc(size, size);
void *__real_realloc(void *, size);
void __real_free(void *);
void *__real_aligned_alloc(size, size);

__asm__(
    ".globaltype ${RecorderName.depth}, i32\\n"
    ".globl ${RecorderName.depth}\\n"
    "${RecorderName.depth}:\\n"
    ".globaltype ${RecorderName.fuel}, i32\\n"
    ".globl ${RecorderName.fuel}\\n"
    "${RecorderName.fuel}:\\n");

unsigned ${RecorderName.path}[${PATH_BYTES} / 4];

/** Keeps the import, which only the rewritten code calls. */
void heapcast_keep(void) { heapcast_poll(); }

static inline unsigned depth(void) {
  unsigned bytes;
  __asm__ volatile("global.get ${RecorderName.depth}\\nlocal.set %0" : "=r"(bytes));
  return bytes;
}

static void *heapcast_give(int call, size n, size alignment) {
  size bytes = n ? n : 1;
  void *p = alignment ? __real_aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment)
                      : __real_malloc(bytes);
  heapcast_placed(call, p, n, 0, depth());
  return p;
}

static void *heapcast_must(int call, size n, size alignment) {
  void *p = heapcast_give(call, n, alignment);
  if (!p) heapcast_exhausted(call, n, depth());
  return p;
}

static void heapcast_take(int call, void *p) {
  for (void *out = heapcast_freed(call, p, depth()); out; out = heapcast_next()) __real_free(out);
}

void *__wrap_malloc(size n) {
  void *p = __real_malloc(n);
  heapcast_placed(${number('malloc')}, p, n, 0, depth());
  return p;
}

void *__wrap_calloc(size count, size each) {
  void *p = __real_calloc(count, each);
  heapcast_placed(${number('calloc')}, p, count * each, 0, depth());
  return p;
}

void *__wrap_realloc(void *old, size n) {
  if (old && !heapcast_resizable(old, depth())) return 0;
  void *p = __real_realloc(old, n);
  heapcast_placed(${number('realloc')}, p, n, old, depth());
  return p;
}

void *__wrap_aligned_alloc(size alignment, size n) {
  void *p = __real_aligned_alloc(alignment, n);
  heapcast_placed(${number('aligned_alloc')}, p, n, 0, depth());
  return p;
}

int __wrap_posix_memalign(void **out, size alignment, size n) {
  if (alignment < sizeof(void *) || (alignment & (alignment - 1))) return 28;
  void *p = __real_aligned_alloc(alignment, n);
  heapcast_placed(${number('aligned_alloc')}, p, n, 0, depth());
  if (!p) return 48;
  *out = p;
  return 0;
}

void __wrap_free(void *p) { heapcast_take(${number('free')}, p); }

/** Said by the form that was called to the plain one, which forgets it before anything else happens. */
static int heapcast_array, heapcast_may_fail;

static void *heapcast_new(size n, size alignment) {
  int call = heapcast_array ? ${number('new[]')} : ${number('new')};
  int may_fail = heapcast_may_fail;
  heapcast_array = heapcast_may_fail = 0;
  return may_fail ? heapcast_give(call, n, alignment) : heapcast_must(call, n, alignment);
}

static void heapcast_delete(void *p) {
  int call = heapcast_array ? ${number('delete[]')} : ${number('delete')};
  heapcast_array = 0;
  heapcast_take(call, p);
}
${operators('')}
${operators('St11align_val_t')}
`;

/**
 * Linked to programs whose `main` takes arguments, instead of what the C library has for it, which allocates room for them in
 * the program's name.
 */
export const ARGUMENTS_SOURCE = `
__attribute__((import_module("${RecorderName.module}"), import_name("arguments")))
int heapcast_arguments(char *texts, __SIZE_TYPE__ bytes);

int __main_argc_argv(int, char **);

int __main_void(void) {
  static char texts[${ARGUMENT_BYTES}];
  static char *arguments[${MOST_ARGUMENTS} + 1];
  int count = heapcast_arguments(texts, sizeof texts);
  char *at = texts;
  for (int i = 0; i < count; i++) {
    arguments[i] = at;
    while (*at++);
  }
  return __main_argc_argv(count, arguments);
}
`;
