/** Makes a question: the service asks about the real next event, or the teacher writes one. */
import { QUESTION_KINDS, type QuestionKind } from '@heapcast/contracts';
import { signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { QuestionOptions } from '../../service/classrooms.js';
import { count } from '../../words/amounts.js';
import './ask-form.css';
import { OwnQuestion } from './own-question.js';
import type { Teaching } from './teaching.js';
import { KIND_NAMES } from './words.js';

type GeneratedKind = Exclude<QuestionKind, 'own'>;
const GENERATED = QUESTION_KINDS.filter((kind): kind is GeneratedKind => kind !== 'own');

/** What a question supposes, where it is not about the next event as it is. */
class Supposed {
  readonly size = signal('');
  readonly expression = signal('');
  readonly asNumber = signal(false);

  of(kind: GeneratedKind): QuestionOptions {
    const size = Number(this.size.value);
    const expression = this.expression.value.trim();
    return {
      ...(BY_SIZE.has(kind) && this.size.value.trim() !== '' && Number.isInteger(size) ? { size } : {}),
      ...(kind === 'sizeof' && expression !== '' ? { expression } : {}),
      ...(AS_NUMBER.has(kind) && this.asNumber.value ? { asNumber: true } : {}),
    };
  }
}

const BY_SIZE: ReadonlySet<GeneratedKind> = new Set(['next-block', 'next-arena']);
const AS_NUMBER: ReadonlySet<GeneratedKind> = new Set(['sizeof', 'party-bill']);

function SupposedFields({ kind, terms }: { readonly kind: GeneratedKind; readonly terms: Supposed }) {
  return (
    <div class="supposed">
      {BY_SIZE.has(kind) && (
        <label>
          Suppose so many bytes are asked for
          <input
            class="field num"
            inputMode="numeric"
            maxLength={10}
            value={terms.size.value}
            onInput={({ currentTarget }) => (terms.size.value = currentTarget.value)}
          />
        </label>
      )}
      {kind === 'sizeof' && (
        <label>
          Of
          <input
            class="field mono"
            placeholder="[1, 2, 3]"
            maxLength={200}
            value={terms.expression.value}
            onInput={({ currentTarget }) => (terms.expression.value = currentTarget.value)}
          />
        </label>
      )}
      {AS_NUMBER.has(kind) && (
        <label>
          <input
            type="checkbox"
            checked={terms.asNumber.value}
            onChange={({ currentTarget }) => (terms.asNumber.value = currentTarget.checked)}
          />
          without choices
        </label>
      )}
    </div>
  );
}

export function AskForm({ teaching }: { readonly teaching: Teaching }) {
  const isOwn = useMemo(() => signal(false), []);
  const making = useMemo(() => signal<QuestionKind | null>(null), []);
  const refusals = useMemo(() => signal<Readonly<Partial<Record<QuestionKind, string>>>>({}), []);
  const terms = useMemo(() => new Supposed(), []);
  const at = teaching.follower.at.value;
  const make = async (kind: GeneratedKind): Promise<void> => {
    making.value = kind;
    try {
      await teaching.make({ kind, event: at, options: terms.of(kind) });
    } catch (error) {
      // Said beside the kind: another one may well be possible at this moment.
      refusals.value = { ...refusals.value, [kind]: error instanceof Error ? error.message : String(error) };
    } finally {
      making.value = null;
    }
  };
  if (isOwn.value) return <OwnQuestion teaching={teaching} back={() => (isOwn.value = false)} />;
  return (
    <>
      <h1>What do you ask?</h1>
      <p class="stage-sub">The answer comes from what really happens after event {count(at)}. You see it first.</p>
      <ul class="kinds">
        {GENERATED.map((kind) => (
          <li key={kind}>
            <button type="button" disabled={making.value !== null} onClick={() => void make(kind)}>
              <strong>{KIND_NAMES[kind]}</strong>
              {making.value === kind && <span class="dim">Looking …</span>}
              {refusals.value[kind] !== undefined && <span class="dim">{refusals.value[kind]}</span>}
            </button>
            <SupposedFields kind={kind} terms={terms} />
          </li>
        ))}
        <li>
          <button type="button" disabled={making.value !== null} onClick={() => (isOwn.value = true)}>
            <strong>{KIND_NAMES.own}</strong>
          </button>
        </li>
      </ul>
      <div class="stage-actions">
        <button class="button large" type="button" onClick={() => (teaching.desk.value = { kind: 'lesson' })}>
          Back to the lesson
        </button>
      </div>
    </>
  );
}
