/**
 * Everything that came of a snippet beside its requests, as it is kept and answered. Gathered from the child's messages, with
 * call paths in the place of site numbers. Texts and lists of a child are bounded: it may have been taken over.
 */
import type {
  CensusMessage,
  CompilerDiagnostic,
  ExceptionMessage,
  FinishedMessage,
  LeaksMessage,
  SnippetMessage,
  TranslationNote,
} from '@heapcast/sandbox';
import type { Site } from '@heapcast/trace';
import { describeHeapError, describeLoss } from './leak-sentences.js';
import type { CallPlace, SnippetLeaks } from './snippet-leaks.js';

export interface SnippetOutputPiece {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

export interface SnippetResult {
  readonly detail: string;
  readonly output: readonly SnippetOutputPiece[];
  readonly translations: readonly TranslationNote[];
  readonly remarks: readonly string[];
  readonly diagnostics: readonly CompilerDiagnostic[];
  readonly exception: Omit<ExceptionMessage, 'kind'> | null;
  readonly leaks: SnippetLeaks | null;
  readonly census: CensusMessage['types'] | null;
  readonly exitStatus: number | null;
  /** Milliseconds, start of the child excluded. */
  readonly ms: number;
  readonly counts: {
    readonly events: number;
    readonly blocks: number;
    readonly lines: number;
    readonly outputBytes: number;
  };
}

const PATH_PLACES = 64;

export class ResultDraft {
  readonly sites: Site[] = [];
  /** Requests and lines that are stored. */
  events = 0;
  lines = 0;
  /** Blocks asked for. */
  blocks = 0;
  #outputBytes = 0;
  readonly #output: { stream: SnippetOutputPiece['stream']; text: string }[] = [];
  #translations: readonly TranslationNote[] = [];
  #remarks: readonly string[] = [];
  #diagnostics: readonly CompilerDiagnostic[] = [];
  #exception: SnippetResult['exception'] = null;
  #leaks: SnippetLeaks | null = null;
  #census: SnippetResult['census'] = null;

  constructor(private readonly outputLimit: number) {}

  take(message: SnippetMessage): void {
    switch (message.kind) {
      case 'started':
        this.#translations = message.translations;
        this.#remarks = message.remarks;
        break;
      case 'output':
        this.#print(message);
        break;
      case 'diagnostics':
        this.#diagnostics = message.diagnostics;
        break;
      case 'exception': {
        const { type, message: text, line, traceback } = message;
        this.#exception = { type, message: text, line, traceback };
        break;
      }
      case 'census':
        this.#census = message.types;
        break;
      case 'leaks':
        this.#leaks = this.#withPaths(message);
        break;
      case 'finished':
        this.blocks = message.blocks;
        this.#outputBytes = Math.max(this.#outputBytes, message.outputBytes);
        break;
      default:
        break;
    }
  }

  /** @param ending the child's last word, or one in its place */
  result({ detail, ms, exitStatus }: Pick<FinishedMessage, 'detail' | 'ms' | 'exitStatus'>): SnippetResult {
    return {
      detail,
      output: this.#output,
      translations: this.#translations,
      remarks: this.#remarks,
      diagnostics: this.#diagnostics,
      exception: this.#exception,
      leaks: this.#leaks,
      census: this.#census,
      exitStatus,
      ms,
      counts: { events: this.events, blocks: this.blocks, lines: this.lines, outputBytes: this.#outputBytes },
    };
  }

  #print({ stream, text }: SnippetOutputPiece): void {
    const room = this.outputLimit - this.#output.reduce((sum, piece) => sum + piece.text.length, 0);
    const kept = text.slice(0, Math.max(0, room));
    this.#outputBytes += Buffer.byteLength(text);
    const last = this.#output.at(-1);
    if (last?.stream === stream) last.text += kept;
    else if (kept !== '') this.#output.push({ stream, text: kept });
  }

  #withPaths({
    summary,
    records,
    recordsDropped,
    errors,
    errorsDropped,
    peakBytes,
    failedRequests,
  }: LeaksMessage): SnippetLeaks {
    return {
      summary,
      records: records.map(({ site, givenBy, ...record }) => {
        const described = { ...record, allocatedBy: givenBy, path: this.#path(site) };
        return { ...described, sentence: describeLoss(described) };
      }),
      recordsDropped,
      errors: errors.map(({ kind, call, site, block, size, offset, givenBy, givenAt, freedAt, event, times }) => {
        const described = {
          kind,
          call,
          block,
          size,
          offset,
          event,
          times,
          path: this.#path(site),
          allocatedBy: block === 0 ? null : givenBy,
          allocatedAt: this.#path(givenAt),
          freedAt: this.#path(freedAt),
        };
        return { ...described, sentence: describeHeapError(described) };
      }),
      errorsDropped,
      peakBytes,
      failedRequests,
    };
  }

  #path(site: number): CallPlace[] {
    const path: CallPlace[] = [];
    for (
      let at = site;
      at > 0 && at <= this.sites.length && path.length < PATH_PLACES;
      at = this.sites[at - 1].parent
    ) {
      const { function: name, file, line } = this.sites[at - 1];
      path.push({ function: name, file, line });
    }
    return path;
  }
}
