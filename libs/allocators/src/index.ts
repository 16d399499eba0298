export * from './contract.js';
export { BlockState, type HeapCells } from './heap-cells.js';
export * from './registry.js';
