/** What whoever wants snippets run sees of this room: `SandboxHost` implements it. */
import type { LayerFinding, SnippetMessage } from './protocol.js';
import type { SnippetLanguage, SnippetRequest } from './snippet.js';

export interface SandboxOptions {
  /** The child's built entry, `dist/apps/sandbox/src/main.js`. */
  readonly entry: string;
  /** A folder for what is made once per version (the start snapshot); created when missing. */
  readonly cacheFolder: string;
  /** Snippets at the same time. */
  readonly concurrency: number;
  /** Snippets that may wait for their turn; more are `refused`. */
  readonly waiting: number;
  /** Python children kept started ahead; each serves one snippet. About 200 MB each. */
  readonly warm: number;
  /**
   * C and C++ compilers kept started ahead, from the first such snippet on and until there was none for ten minutes; each
   * serves one snippet. About 350 MB each.
   */
  readonly warmCompilers: number;
  /**
   * The operator shut the network around the whole service (a container without egress), so that snippets may run where
   * this host cannot shut it around a child.
   */
  readonly networkIsShutElsewhere: boolean;
}

export interface SandboxReport {
  /** Whether snippets may run here: every layer in force, or the network shut elsewhere. */
  readonly inForce: boolean;
  /** One per layer, from the outside in. */
  readonly layers: readonly LayerFinding[];
}

export interface SnippetRunner {
  /**
   * Runs one snippet. Messages come as the child says them; the last is always `finished`. A consumer that reads slowly
   * slows the child down. Leaving the loop early, or the signal, kills the child. Never throws for what a snippet does.
   */
  run(request: SnippetRequest, signal?: AbortSignal): AsyncIterable<SnippetMessage>;
  /** Whether this language can run here at all (its compiler is an optional package), and why not. */
  available(
    language: SnippetLanguage,
  ): { readonly available: true } | { readonly available: false; readonly reason: string };
  /** Tries every layer, once; later calls answer the same. */
  layers(): Promise<SandboxReport>;
  /**
   * Keeps `count` Python children started from here on (else as many as the options say), and so many compilers (else none
   * before one is needed); resolves when they are.
   */
  warm(count?: number, compilers?: number): Promise<void>;
  /** Kills every child; running snippets end as `killed`. */
  close(): Promise<void>;
}
