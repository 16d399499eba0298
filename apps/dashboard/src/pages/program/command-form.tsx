/** Commands to the program, by hand: for whoever has the token of its session. */
import type { ProgramCommand, ProgramValue } from '@heapcast/contracts';
import { signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { ProgramPageView } from './program-view.js';

const FORMS = {
  new: ['to', 'type', 'size'],
  let: ['name', 'value'],
  assign: ['to', 'value'],
  unset: ['place'],
  delete: ['place'],
  call: ['function'],
  return: [],
  open: ['to', 'kind'],
  close: ['place'],
  collect: [],
  check: [],
  exit: [],
} as const satisfies Partial<Record<ProgramCommand['op'], readonly string[]>>;
type Op = keyof typeof FORMS;
const isOp = (word: string): word is Op => word in FORMS;
const OPS = Object.keys(FORMS).filter(isOp);

const HINTS: Readonly<Record<string, string>> = {
  to: 'p',
  type: 'dict',
  size: 'bytes',
  name: 'n',
  value: '3, "text" or a name',
  place: 'p',
  function: 'main',
  kind: 'file',
};
const OPTIONAL = new Set(['size']);

/** `3`, `"text"`, `None` are values; anything else is the name of what it refers to. */
export function readValue(text: string): ProgramValue {
  const plain = text.trim();
  if (/^-?\d+(\.\d+)?$/.test(plain)) return Number(plain);
  if (plain === 'None' || plain === 'null' || plain === '') return null;
  if (/^(true|false)$/i.test(plain)) return plain.toLowerCase() === 'true';
  const quoted = /^(["'])(.*)\1$/.exec(plain);
  if (quoted) return quoted[2] ?? '';
  if (plain.startsWith('&')) return { addressOf: plain.slice(1) };
  return { ref: plain };
}

export function CommandForm({ view }: { readonly view: ProgramPageView }) {
  const op = useMemo(() => signal<Op>('new'), []);
  const fields: readonly string[] = FORMS[op.value];
  const isManual = view.moment.value?.state?.choice.ownership === 'manual';
  const offered = OPS.filter((each) => (isManual ? each !== 'collect' : each !== 'delete'));
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const { currentTarget: form } = event;
    if (!(form instanceof HTMLFormElement)) return;
    const written = new FormData(form);
    const command: Record<string, unknown> = { op: op.value };
    for (const field of [...fields, 'line']) {
      const entry = written.get(field);
      const text = typeof entry === 'string' ? entry.trim() : '';
      if (text === '' && field !== 'value') continue;
      if (field === 'value') command[field] = readValue(text);
      else command[field] = field === 'size' || field === 'line' ? Number(text) : text;
    }
    // The service checks every field itself, whatever it is given, and says what is wrong.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    void view.command([command as unknown as ProgramCommand]);
  };
  return (
    <form class="command-form" aria-label="Command" onSubmit={submit}>
      <select
        class="field"
        aria-label="Command"
        value={op.value}
        onChange={({ currentTarget }) => {
          op.value = OPS.find((each) => each === currentTarget.value) ?? 'new';
        }}
      >
        {offered.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
      {fields.map((field) => (
        <input
          key={field}
          class="field mono"
          name={field}
          aria-label={field}
          placeholder={`${field}: ${HINTS[field] ?? ''}`}
          required={!OPTIONAL.has(field) && field !== 'value'}
          maxLength={256}
          autoComplete="off"
          spellcheck={false}
        />
      ))}
      <input class="field mono line-field" name="line" aria-label="line" placeholder="line" inputMode="numeric" />
      <button class="button" type="submit" disabled={view.sending.value}>
        Do it
      </button>
    </form>
  );
}
