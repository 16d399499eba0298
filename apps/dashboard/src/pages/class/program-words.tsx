/** The program at this moment: the line that runs, who called it, and the names in sight. */
import { signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { count } from '../../words/amounts.js';
import type { Picture } from './picture.js';

interface Variable {
  readonly name: string;
  readonly value: unknown;
  readonly object?: number;
}
interface Page<T> {
  readonly total: number;
  readonly items: readonly T[];
}
interface Program {
  readonly choice: { readonly source?: { readonly file: string; readonly text: string } };
  readonly frames: Page<{
    readonly depth: number;
    readonly function: string;
    readonly line: number | null;
    readonly locals: Page<Variable>;
  }>;
  readonly globals: Page<Variable>;
  readonly objects: Page<{ readonly id: number; readonly type: string; readonly references: number }>;
}

export function ProgramWords({ picture }: { readonly picture: Picture }) {
  const program = useMemo(() => signal<Program | null>(null), [picture]);
  const trouble = useMemo(() => signal<string | null>(null), [picture]);
  const at = picture.shown.value?.at;
  useEffect(() => {
    if (at === undefined) return undefined;
    let isWanted = true;
    void (async () => {
      try {
        const found = await picture.subject.look<Program>(`/program?at=${at}`);
        if (!isWanted) return;
        program.value = found;
        trouble.value = null;
      } catch (error) {
        if (isWanted) trouble.value = error instanceof Error ? error.message : String(error);
      }
    })();
    return () => (isWanted = false);
  }, [picture, at]);
  if (trouble.value !== null) return <p class="dim">{trouble.value}</p>;
  const now = program.value;
  if (!now) return null;
  const running = now.frames.items.at(-1);
  const types = new Map(now.objects.items.map((object) => [object.id, object]));
  return (
    <div class="program-words">
      {now.choice.source && <Source text={now.choice.source.text} line={running?.line ?? null} />}
      <dl class="mono">
        {now.frames.items.toReversed().map(({ depth, function: name, locals }) => (
          <Scope key={depth} name={name} variables={locals.items} types={types} />
        ))}
        <Scope name="globals" variables={now.globals.items} types={types} />
      </dl>
    </div>
  );
}

function Source({ text, line }: { readonly text: string; readonly line: number | null }) {
  return (
    <ol class="program-source mono" aria-label="Source" tabIndex={0}>
      {text
        .trimEnd()
        .split('\n')
        .map((code, index) => (
          <li key={index} aria-current={index + 1 === line ? 'step' : undefined}>
            {code === '' ? ' ' : code}
          </li>
        ))}
    </ol>
  );
}

interface ScopeProps {
  readonly name: string;
  readonly variables: readonly Variable[];
  readonly types: ReadonlyMap<number, { readonly type: string; readonly references: number }>;
}

function Scope({ name, variables, types }: ScopeProps) {
  return (
    <>
      <dt>{name}</dt>
      {variables.length === 0 && <dd class="dim">no names</dd>}
      {variables.map((variable) => {
        const object = variable.object === undefined ? undefined : types.get(variable.object);
        const refers = object ? `→ ${object.type} ${variable.object}, ${count(object.references)} refs` : '';
        return (
          <dd key={variable.name}>
            {variable.name} <span class="dim">{refers || JSON.stringify(variable.value)}</span>
          </dd>
        );
      })}
    </>
  );
}
