/**
 * LLVM's module says that its memory may grow to 4 GiB, which a hostile template would make it do. The number is in the module,
 * so it is changed there, on the way to `WebAssembly.compile`.
 */
import { unsignedLeb, WasmReader } from './wasm-reader.js';

const MEMORY_SECTION = 5;
const HAS_MAXIMUM = 1;
const HEADER_BYTES = 8;
const PAGE_BYTES = 65_536;

/** From here on, modules that are compiled asynchronously have memories of at most so many bytes. */
export function limitCompilerMemory(bytes: number): void {
  const { compile } = WebAssembly;
  const limited = async (source: Uint8Array | ArrayBuffer | Promise<ArrayBuffer>): Promise<WebAssembly.Module> => {
    const given = await source;
    const module = given instanceof Uint8Array ? given : new Uint8Array(given);
    return compile(withMemoryLimit(module, Math.floor(bytes / PAGE_BYTES)));
  };
  Object.defineProperty(WebAssembly, 'compile', { value: limited, configurable: true, writable: true });
  // Streams would pass by.
  Object.defineProperty(WebAssembly, 'compileStreaming', {
    value: async (response: Promise<{ arrayBuffer(): Promise<ArrayBuffer> }>) =>
      limited((await response).arrayBuffer()),
    configurable: true,
    writable: true,
  });
}

/** The same module with memories of at most so many pages. One that imports its memory is left as it is. */
export function withMemoryLimit(module: Uint8Array, pages: number): Uint8Array {
  const reader = new WasmReader(module, HEADER_BYTES);
  while (!reader.done) {
    const begin = reader.at;
    const id = reader.byte();
    const length = reader.unsigned();
    if (id !== MEMORY_SECTION) {
      reader.skip(length);
      continue;
    }
    const end = reader.at + length;
    const count = reader.unsigned();
    const memories = [...unsignedLeb(count)];
    for (let i = 0; i < count; i++) {
      const flags = reader.byte();
      const initial = reader.unsigned();
      const maximum = flags & HAS_MAXIMUM ? reader.unsigned() : Infinity;
      memories.push(
        flags | HAS_MAXIMUM,
        ...unsignedLeb(initial),
        ...unsignedLeb(Math.max(initial, Math.min(maximum, pages))),
      );
    }
    const section = [MEMORY_SECTION, ...unsignedLeb(memories.length), ...memories];
    const limited = new Uint8Array(begin + section.length + (module.length - end));
    limited.set(module.subarray(0, begin));
    limited.set(section, begin);
    limited.set(module.subarray(end), begin + section.length);
    return limited;
  }
  return module;
}
