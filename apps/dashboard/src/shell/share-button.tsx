/** Gives the address of what is shown to somebody else: the moment is in it. */
import { signal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { Icon } from './icons.js';

const TOLD = 2000;

export function ShareButton() {
  const link = useMemo(() => signal<string | null>(null), []);
  const isCopied = useMemo(() => signal(false), []);
  const place = useRef<HTMLSpanElement>(null);
  const field = useRef<HTMLInputElement>(null);

  const copy = async (): Promise<void> => {
    field.current?.select();
    try {
      // Only where the page came over HTTPS or from this machine; elsewhere the text is selected, to be copied by hand.
      await navigator.clipboard.writeText(link.value ?? '');
      isCopied.value = true;
      setTimeout(() => (isCopied.value = false), TOLD);
    } catch {
      field.current?.focus();
    }
  };
  const toggle = (): void => {
    isCopied.value = false;
    link.value = link.value === null ? location.href : null;
  };
  const shown = link.value;
  useEffect(() => {
    if (shown === null) return undefined;
    void copy();
    const onPointerDown = (event: Event): void => {
      if (event.target instanceof Node && place.current?.contains(event.target)) return;
      link.value = null;
    };
    document.addEventListener('pointerdown', onPointerDown);
    return () => document.removeEventListener('pointerdown', onPointerDown);
  }, [shown]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || link.value === null) return;
    event.stopPropagation();
    link.value = null;
  };
  return (
    <span ref={place} class="share" onKeyDown={onKeyDown}>
      <button class="button" type="button" aria-expanded={shown !== null} onClick={toggle}>
        <Icon name="share" />
        Share
      </button>
      {shown !== null && (
        <span class="share-sheet" role="group" aria-label="Share">
          <label>
            Link to this moment
            <input ref={field} class="field mono" readOnly value={shown} onFocus={() => field.current?.select()} />
          </label>
          <button class="button" type="button" onClick={() => void copy()}>
            Copy
          </button>
          <span class="dim" role="status">
            {isCopied.value ? 'Copied' : ''}
          </span>
        </span>
      )}
    </span>
  );
}
