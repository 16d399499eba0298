/** The part of the WebAssembly JavaScript interface that the sandbox uses; `@types/node` does not declare it. */
declare namespace WebAssembly {
  type ImportValue = Memory | Table | Global | ((...values: never[]) => unknown);
  type Imports = Record<string, Record<string, ImportValue>>;
  type Exports = Readonly<Record<string, Memory | Table | Global | ((...values: unknown[]) => unknown) | undefined>>;

  interface ImportDescriptor {
    readonly module: string;
    readonly name: string;
    readonly kind: 'function' | 'table' | 'memory' | 'global';
  }

  class Module {
    constructor(bytes: Uint8Array | ArrayBuffer);
    static imports(module: Module): ImportDescriptor[];
  }

  class Instance {
    constructor(module: Module, imports?: Imports);
    readonly exports: Exports;
  }

  class Memory {
    constructor(descriptor: { readonly initial: number; readonly maximum?: number; readonly shared?: boolean });
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }

  class Table {
    constructor(descriptor: { readonly element: 'anyfunc' | 'externref'; readonly initial: number });
    readonly length: number;
    get(index: number): unknown;
    set(index: number, value: unknown): void;
    grow(count: number): number;
  }

  class Global {
    constructor(descriptor: { readonly value: string; readonly mutable?: boolean }, value?: unknown);
    value: unknown;
  }

  interface Instantiated {
    readonly instance: Instance;
    readonly module: Module;
  }

  function compile(bytes: Uint8Array | ArrayBuffer): Promise<Module>;
  function instantiate(bytes: Uint8Array | ArrayBuffer, imports?: Imports): Promise<Instantiated>;
  function instantiate(module: Module, imports?: Imports): Promise<Instance>;
}
