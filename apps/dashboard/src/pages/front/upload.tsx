/** Opens a recording: by choosing a file or dropping one anywhere on the page. Told how far it is. */
import { signal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Configuration } from '../../service/allocators.js';
import { json, send } from '../../service/rest.js';
import { keepToken } from '../../service/tokens.js';
import { Icon } from '../../shell/icons.js';
import { bytes } from '../../words/amounts.js';

interface UploadProps {
  readonly allocator: () => Configuration;
  readonly opened: (run: string) => void;
}

/** Of the name of a file, what names what was recorded. */
function recordingName(file: string): string {
  return file.replace(/(\.(trace|gz|ndjson|hcols|rep))+$/, '').slice(0, 200) || 'trace';
}

export function Upload({ allocator, opened }: UploadProps) {
  const input = useRef<HTMLInputElement>(null);
  const state = useMemo(() => signal<{ readonly text: string; readonly share: number } | null>(null), []);
  const trouble = useMemo(() => signal<string | null>(null), []);
  const isOver = useMemo(() => signal(false), []);
  const tell = (text: string, share: number): void => void (state.value = { text, share });
  const open = async (file: File): Promise<void> => {
    if (state.value !== null) return;
    trouble.value = null;
    try {
      tell(`Sending ${file.name}`, 0);
      const name = encodeURIComponent(recordingName(file.name));
      const trace = await send<{ readonly id: string }>(`/v1/traces?name=${name}`, file, (sent) =>
        sent < file.size
          ? tell(`Sending, ${bytes(sent)} of ${bytes(file.size)}`, sent / Math.max(1, file.size))
          : tell('Sent; it is read and stored', 1),
      );
      const run = await json<{ readonly id: string; readonly ownerToken: string | null }>('/v1/runs', {
        method: 'POST',
        body: { trace: trace.id, allocator: allocator() },
      });
      if (run.ownerToken !== null) keepToken(run.id, run.ownerToken);
      // Its page says how far the replay is.
      opened(run.id);
    } catch (error) {
      trouble.value = error instanceof Error ? error.message : String(error);
    } finally {
      state.value = null;
    }
  };
  useEffect(() => {
    const hasFile = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') === true;
    const onDragOver = (event: DragEvent): void => {
      if (!hasFile(event)) return;
      event.preventDefault();
      isOver.value = true;
    };
    const onDragLeave = (event: DragEvent): void => {
      // Out of the window, not from one element to the next.
      if (event.relatedTarget === null) isOver.value = false;
    };
    const onDrop = (event: DragEvent): void => {
      isOver.value = false;
      if (!hasFile(event)) return;
      event.preventDefault();
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length > 1) trouble.value = 'One recording at a time.';
      else if (files[0]) void open(files[0]);
    };
    document.addEventListener('dragover', onDragOver);
    document.addEventListener('dragleave', onDragLeave);
    document.addEventListener('drop', onDrop);
    return () => {
      document.removeEventListener('dragover', onDragOver);
      document.removeEventListener('dragleave', onDragLeave);
      document.removeEventListener('drop', onDrop);
    };
  });
  return (
    <div class="upload">
      <input
        ref={input}
        class="unseen"
        type="file"
        tabIndex={-1}
        aria-label="Recording"
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          if (file) void open(file);
          currentTarget.value = '';
        }}
      />
      <button
        class="button large primary"
        type="button"
        disabled={state.value !== null}
        onClick={() => input.current?.click()}
      >
        <Icon name="upload" />
        Open a recording
      </button>
      <span class="dim">or drop it anywhere</span>
      {isOver.value && (
        <div class="drop-target" aria-hidden="true">
          Drop to open
        </div>
      )}
      {state.value && (
        <div class="upload-progress" role="status">
          <progress max={1} value={state.value.share} aria-label="Upload" />
          <span class="num">{state.value.text}</span>
        </div>
      )}
      {trouble.value !== null && (
        <p class="wrong" role="alert">
          {trouble.value}
        </p>
      )}
    </div>
  );
}
