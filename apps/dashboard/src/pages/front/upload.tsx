/** Opens a recording: by choosing a file or dropping one anywhere on the page. Told how far it is. */
import { signal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { json, send } from '../../service/rest.js';
import { Icon } from '../../shell/icons.js';
import { bytes, count } from '../../words/amounts.js';

interface UploadProps {
  readonly allocator: () => { readonly model: string; readonly profile: string };
  readonly opened: (run: string) => void;
}

interface TraceBody {
  readonly id: string;
}
interface RunBody {
  readonly id: string;
}
interface Progress {
  readonly status: string;
  readonly events: number;
  readonly total: number;
}

/** Resolves when the run is done, following its progress. */
function done(run: string, told: (progress: Progress) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const source = new EventSource(`/v1/runs/${run}/progress`);
    source.addEventListener('progress', ({ data }: MessageEvent<string>) => {
      const progress: Progress = JSON.parse(data);
      told(progress);
      if (progress.status === 'pending' || progress.status === 'running') return;
      source.close();
      if (progress.status === 'done') resolve();
      else reject(new Error(`The run ${progress.status}.`));
    });
  });
}

export function Upload({ allocator, opened }: UploadProps) {
  const input = useRef<HTMLInputElement>(null);
  const state = useMemo(() => signal<{ readonly text: string; readonly share: number } | null>(null), []);
  const trouble = useMemo(() => signal<string | null>(null), []);
  const tell = (text: string, share: number): void => void (state.value = { text, share });
  const open = async (file: File): Promise<void> => {
    trouble.value = null;
    try {
      tell(`Sending ${file.name}`, 0);
      const name = encodeURIComponent(
        file.name.replace(/(\.(trace|gz|ndjson|hcols|rep))+$/, '').slice(0, 200) || 'trace',
      );
      const trace = await send<TraceBody>(`/v1/traces?name=${name}`, file, (sent) =>
        tell(`Sending, ${bytes(sent)} of ${bytes(file.size)}`, sent / Math.max(1, file.size)),
      );
      const run = await json<RunBody>('/v1/runs', {
        method: 'POST',
        body: { trace: trace.id, allocator: allocator() },
      });
      await done(run.id, ({ events, total }) =>
        tell(`Replaying, ${count(events)} of ${count(total)} events`, events / Math.max(1, total)),
      );
      opened(run.id);
    } catch (error) {
      trouble.value = error instanceof Error ? error.message : String(error);
    } finally {
      state.value = null;
    }
  };
  useEffect(() => {
    const onDragOver = (event: DragEvent): void => event.preventDefault();
    const onDrop = (event: DragEvent): void => {
      event.preventDefault();
      const file = event.dataTransfer?.files[0];
      if (file) void open(file);
    };
    document.addEventListener('dragover', onDragOver);
    document.addEventListener('drop', onDrop);
    return () => {
      document.removeEventListener('dragover', onDragOver);
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
      {state.value && (
        <div class="upload-progress" role="status">
          <progress max={1} value={state.value.share} aria-label={state.value.text} />
          <span class="num">{state.value.text}</span>
        </div>
      )}
      {trouble.value !== null && (
        <p class="notice" role="alert">
          {trouble.value}
        </p>
      )}
    </div>
  );
}
