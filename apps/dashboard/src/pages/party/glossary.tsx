/** What is called how at the party: the table that all words of the page come from. */
import { useRef } from 'preact/hooks';
import type { PartyTable } from './words.js';

export function Glossary({ table }: { readonly table: PartyTable }) {
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <>
      <button class="button" type="button" onClick={() => dialog.current?.showModal()}>
        What is what
      </button>
      <dialog
        ref={dialog}
        class="glossary"
        aria-labelledby="glossary-title"
        onKeyDown={(event) => event.stopPropagation()}
      >
        <h2 id="glossary-title">What is what</h2>
        <table>
          <thead>
            <tr>
              <th scope="col">At the party</th>
              <th scope="col">In memory</th>
              <th scope="col">Meaning</th>
            </tr>
          </thead>
          <tbody>
            {Object.entries(table).map(([concept, { party, memory, meaning }]) => (
              <tr key={concept}>
                <th scope="row">{party}</th>
                <td>{memory}</td>
                <td class="quiet">{meaning}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <form method="dialog">
          <button class="button primary" type="submit">
            Close
          </button>
        </form>
      </dialog>
    </>
  );
}
