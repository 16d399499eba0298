/** A join code as one field that looks like six: what is pasted, dictated or read by a screen reader stays one text. */
import type { Signal } from '@preact/signals';

const PLACES = [0, 1, 2, 3, 4, 5] as const;

interface CodeFieldProps {
  readonly code: Signal<string>;
  readonly fault: string | null;
}

export function CodeField({ code, fault }: CodeFieldProps) {
  const text = code.value;
  const cursor = Math.min(text.length, PLACES.length - 1);
  return (
    <div class="code-field">
      <label for="join-code">Code on the board</label>
      <div class={`code-cells${fault === null ? '' : ' wrong'}`}>
        <input
          id="join-code"
          value={text}
          autoComplete="off"
          autoCapitalize="characters"
          autoCorrect="off"
          spellcheck={false}
          inputMode="text"
          aria-invalid={fault !== null}
          aria-describedby={fault === null ? undefined : 'code-fault'}
          onInput={({ currentTarget }) => {
            const typed = currentTarget.value
              .toUpperCase()
              .replaceAll(/[^\p{L}\p{N}]/gu, '')
              .slice(0, PLACES.length);
            code.value = typed;
            currentTarget.value = typed;
          }}
          onFocus={({ currentTarget }) => currentTarget.setSelectionRange(text.length, text.length)}
        />
        {PLACES.map((place) => (
          <span key={place} class={place === cursor ? 'cursor' : ''} aria-hidden="true">
            {text[place] ?? ''}
          </span>
        ))}
      </div>
      {fault !== null && (
        <p id="code-fault" class="fault" role="alert">
          {fault}
        </p>
      )}
    </div>
  );
}
