/** Where a class begins: around a session or recording (`?session=ID`, `?run=ID`), or one of the scenarios. */
import type { OpenClassroom } from '@heapcast/contracts';
import { signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { json } from '../../service/rest.js';
import { Subject } from '../../service/subject.js';
import { TopBar } from '../../shell/top-bar.js';
import { count } from '../../words/amounts.js';
import { OpenClass } from './open-class.js';

interface ScenarioItem {
  readonly name: string;
  readonly title: string;
  readonly about: string;
}

type Chosen =
  | { readonly kind: 'subject'; readonly subject: NonNullable<OpenClassroom['subject']>; readonly title: string }
  | { readonly kind: 'scenario'; readonly name: string; readonly title: string };

class NewClass {
  readonly chosen = signal<Chosen | null>(null);
  readonly scenarios = signal<readonly ScenarioItem[]>([]);
  readonly about = signal('');
  readonly trouble = signal<string | null>(null);
  /** The moment at which the class begins. */
  readonly event: number | null;

  constructor(query: URLSearchParams) {
    const event = query.get('e');
    this.event = event !== null && /^\d{1,15}$/.test(event) ? Number(event) : null;
    void this.read(query).catch((error: unknown) => {
      this.trouble.value = error instanceof Error ? error.message : String(error);
    });
  }

  wanted(): Pick<OpenClassroom, 'subject' | 'scenario' | 'event'> {
    const chosen = this.chosen.value;
    if (!chosen) throw new Error('Choose what the class is about.');
    if (chosen.kind === 'scenario') return { scenario: { name: chosen.name } };
    return { subject: chosen.subject, ...(this.event === null ? {} : { event: this.event }) };
  }

  private async read(query: URLSearchParams): Promise<void> {
    const session = query.get('session');
    const run = query.get('run');
    const scenario = query.get('scenario');
    const id = session ?? run;
    if (id !== null) {
      const kind = session === null ? 'run' : 'session';
      const { name, events } = await new Subject(kind, id).about();
      this.about.value = `${kind === 'run' ? 'Recording' : 'Session'}, ${count(events)} events`;
      this.chosen.value = { kind: 'subject', subject: { kind, id }, title: name };
      return;
    }
    const { items } = await json<{ readonly items: readonly ScenarioItem[] }>('/v1/scenarios');
    this.scenarios.value = items;
    const first = items.find(({ name }) => name === scenario) ?? items[0];
    if (first) this.choose(first);
  }

  choose({ name, title }: ScenarioItem): void {
    this.chosen.value = { kind: 'scenario', name, title };
  }
}

export function NewClassPage() {
  const fresh = useMemo(() => new NewClass(new URLSearchParams(location.search)), []);
  useEffect(() => {
    document.title = 'Open a class · Heapcast';
  }, []);
  const chosen = fresh.chosen.value;
  const title = chosen?.title ?? '';
  return (
    <>
      <TopBar title="A new class" />
      <main class="new-class">
        <div>
          <h1>{chosen?.kind === 'subject' ? title : 'Open a class'}</h1>
          <p class="about">
            {fresh.about.value || 'Students join with a code, from any device. They see what you show, and answer.'}
          </p>
          {fresh.trouble.value !== null && (
            <p class="open-fault" role="alert">
              {fresh.trouble.value}
            </p>
          )}
          <OpenClass title={title} wanted={() => fresh.wanted()} />
        </div>
        {fresh.scenarios.value.length > 0 && (
          <section aria-label="Lessons">
            <h2>What is it about?</h2>
            <div class="lesson-choices">
              {fresh.scenarios.value.map((scenario) => (
                <button
                  key={scenario.name}
                  class="lesson-choice"
                  type="button"
                  aria-pressed={chosen?.kind === 'scenario' && chosen.name === scenario.name}
                  onClick={() => fresh.choose(scenario)}
                >
                  <strong>{scenario.title}</strong>
                </button>
              ))}
            </div>
          </section>
        )}
      </main>
    </>
  );
}
