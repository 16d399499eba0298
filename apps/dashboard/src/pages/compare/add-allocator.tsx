/** A further row: the same requests on another allocator, or on one with other options; or a run that there is already. */
import { signal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import {
  configurationTitle,
  type ModelDescription,
  type OptionDescription,
  optionWords,
} from '../../service/allocators.js';
import { type Comparison, MOST_RUNS } from './comparison.js';

export function AddAllocator({ comparison }: { readonly comparison: Comparison }) {
  const isOpen = useMemo(() => signal(false), []);
  const dialog = useRef<HTMLDialogElement>(null);
  const rows = comparison.rows.value;
  const isFull = rows.length >= MOST_RUNS;
  useEffect(() => {
    if (isOpen.value && !dialog.current?.open) dialog.current?.showModal();
    if (!isOpen.value) dialog.current?.close();
  }, [isOpen.value]);
  return (
    <>
      <button
        class="button"
        type="button"
        disabled={rows.length === 0 || isFull}
        title={isFull ? `At most ${MOST_RUNS} runs are compared` : undefined}
        onClick={() => (isOpen.value = true)}
      >
        Add allocator
      </button>
      <dialog
        ref={dialog}
        class="add-allocator"
        aria-labelledby="add-allocator-title"
        onClose={() => (isOpen.value = false)}
        onKeyDown={(event) => event.stopPropagation()}
      >
        {isOpen.value && <AddForm comparison={comparison} onDone={() => (isOpen.value = false)} />}
      </dialog>
    </>
  );
}

/** What was typed for an option, as the service takes it; `undefined` = as the profile has it. */
function optionValue({ type }: OptionDescription, text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  if (trimmed === 'null') return null;
  if (type === 'boolean') return trimmed === 'true';
  // What is no number is sent as it is, and refused with the reason.
  if (type === 'integer') return Number.isFinite(Number(trimmed)) ? Number(trimmed) : trimmed;
  if (type === 'integers' && /^[\d,\s]+$/.test(trimmed)) return trimmed.split(/[,\s]+/).map(Number);
  return trimmed;
}

function AddForm({ comparison, onDone }: { readonly comparison: Comparison; readonly onDone: () => void }) {
  const models = comparison.models.value;
  const chosen = useMemo(() => signal(firstUnused(comparison)), []);
  const options = useMemo(() => signal<Readonly<Record<string, string>>>({}), []);
  const model = models.find(({ profiles }) => profiles.some(({ name }) => name === chosen.value));
  const profile = model?.profiles.find(({ name }) => name === chosen.value);
  const shown = new Set(comparison.rows.value.map(({ subject }) => subject.id));
  const others = comparison.others.value.filter(({ id }) => !shown.has(id));
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    if (!model) return;
    const wanted = model.options.flatMap((option) => {
      const value = optionValue(option, options.value[option.name] ?? '');
      return value === undefined ? [] : [[option.name, value] as const];
    });
    const changed = wanted.length === 0 ? {} : { options: Object.fromEntries(wanted) };
    void comparison.start({ model: model.name, profile: chosen.value, ...changed });
    onDone();
  };
  return (
    <form onSubmit={onSubmit}>
      <h2 id="add-allocator-title">The same requests on another allocator</h2>
      <label>
        Profile
        <select
          class="field"
          value={chosen.value}
          onChange={({ currentTarget }) => {
            chosen.value = currentTarget.value;
            options.value = {};
          }}
        >
          {models.map(({ name, profiles }) => (
            <optgroup key={name} label={name}>
              {profiles.map((each) => (
                <option key={each.name} value={each.name}>
                  {each.title}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </label>
      {profile?.note !== undefined && <p class="dim">{profile.note}</p>}
      {model && (
        <details>
          <summary>What if: other options</summary>
          <div class="add-options">
            {model.options.map((option) => (
              <OptionField
                key={`${chosen.value} ${option.name}`}
                option={option}
                usual={profile?.options[option.name]}
                value={options.value[option.name] ?? ''}
                onChange={(text) => (options.value = { ...options.value, [option.name]: text })}
              />
            ))}
          </div>
        </details>
      )}
      {others.length > 0 && (
        <fieldset>
          <legend>Or a run that there is already</legend>
          {others.slice(0, 12).map((run) => (
            <button
              key={run.id}
              class="button"
              type="button"
              onClick={() => {
                void comparison.add(run.id);
                onDone();
              }}
            >
              {configurationTitle(models, run.allocator)}
            </button>
          ))}
        </fieldset>
      )}
      <div class="add-actions">
        <button class="button" type="button" onClick={onDone}>
          Cancel
        </button>
        <button class="button primary" type="submit">
          Replay and compare
        </button>
      </div>
    </form>
  );
}

interface OptionFieldProps {
  readonly option: OptionDescription;
  readonly usual: unknown;
  readonly value: string;
  readonly onChange: (text: string) => void;
}

function OptionField({ option, usual, value, onChange }: OptionFieldProps) {
  const { name, choices, description, type } = option;
  const usualText = typeof usual === 'string' ? usual : JSON.stringify(usual ?? null);
  return (
    <label title={description}>
      {optionWords(name)}
      {choices && type === 'string' ? (
        <select class="field" value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
          <option value="">{usualText} (as the profile)</option>
          {choices
            .filter((choice) => choice !== usual)
            .map((choice) => (
              <option key={choice} value={choice}>
                {choice}
              </option>
            ))}
        </select>
      ) : (
        <input
          class="field num"
          placeholder={usualText}
          value={value}
          onInput={({ currentTarget }) => onChange(currentTarget.value)}
        />
      )}
    </label>
  );
}

/** A profile that no row has, of the first row's model if there is one. */
function firstUnused({ models, rows }: Comparison): string {
  const used = new Set(rows.value.map(({ run }) => run.value.allocator.profile));
  const own = rows.value[0]?.run.value.allocator.model;
  const ordered: readonly ModelDescription[] = [...models.value].sort(
    (one, other) => Number(other.name === own) - Number(one.name === own),
  );
  const profiles = ordered.flatMap((model) => model.profiles.map(({ name }) => name));
  return profiles.find((name) => !used.has(name)) ?? profiles[0] ?? '';
}
