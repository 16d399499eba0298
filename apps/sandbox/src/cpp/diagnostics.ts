/** What the compiler and the linker said, as data: `file:line:column: severity: message`. */
import type { CompilerDiagnostic } from '../protocol.js';

const WITH_PLACE =
  /^(?<file>[^\s:][^:\n]*):(?<line>\d+):(?<column>\d+): (?<severity>fatal error|error|warning|note): (?<message>.*)$/;
const WITHOUT_PLACE = /^(?:error|fatal error|clang\S*: error|wasm-ld: error): (?<message>.*)$/;
const LINKER = /^wasm-ld: error: \S+\.o: (?<message>.*)$/;
const MOST = 100;

export function readDiagnostics(text: string): CompilerDiagnostic[] {
  const diagnostics: CompilerDiagnostic[] = [];
  for (const line of text.split('\n')) {
    if (diagnostics.length >= MOST) break;
    const placed = WITH_PLACE.exec(line)?.groups;
    if (placed) {
      const { file, severity, message } = placed;
      diagnostics.push({
        severity: severity === 'warning' || severity === 'note' ? severity : 'error',
        file,
        line: Number(placed['line']),
        column: Number(placed['column']),
        message,
      });
      continue;
    }
    const message = LINKER.exec(line)?.groups?.['message'] ?? WITHOUT_PLACE.exec(line)?.groups?.['message'];
    if (message !== undefined) diagnostics.push({ severity: 'error', file: '', line: 0, column: 0, message });
  }
  return diagnostics;
}
