/** All keys. */
import { useEffect, useRef } from 'preact/hooks';
import type { HeapView } from './heap-view.js';
import { KEY_HELP } from './keys.js';

export function KeysHelp({ view }: { readonly view: HeapView }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const isOpen = view.helping.value;
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);
  return (
    <dialog ref={dialog} class="keys-help" aria-labelledby="keys-title" onClose={() => (view.helping.value = false)}>
      <h2 id="keys-title">Keys</h2>
      <dl>
        {KEY_HELP.map(({ keys, about }) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{about}</dd>
          </div>
        ))}
      </dl>
      <button class="button" type="button" onClick={() => (view.helping.value = false)}>
        Close
      </button>
    </dialog>
  );
}
