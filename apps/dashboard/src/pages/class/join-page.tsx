/** The way into a class, phone first: the code on the board, a name, and in. Whoever was there before comes back as the same person. */
import { signal } from '@preact/signals';
import { useLocation } from 'preact-iso';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { joinClassroom } from '../../service/classrooms.js';
import { bareCode, lastName, membershipByCode } from '../../service/memberships.js';
import { ServiceError } from '../../service/rest.js';
import { Phone } from './phone.js';
import { CodeField } from './code-field.js';

const CODE_LENGTH = 6;
const LONGEST_NAME = 60;

interface Fault {
  readonly field: 'code' | 'name' | 'form';
  readonly text: string;
}

class Joining {
  readonly code = signal('');
  readonly name = signal(lastName());
  readonly isBusy = signal(false);
  readonly fault = signal<Fault | null>(null);

  /** Answers with the address of the class. */
  async join(): Promise<string | null> {
    const code = bareCode(this.code.value);
    const name = this.name.value.trim();
    this.fault.value = null;
    if (code.length < CODE_LENGTH) return this.#wrong('code', 'A code has three letters and three digits.');
    if (name === '') return this.#wrong('name', 'Your class wants to know who you are.');
    this.isBusy.value = true;
    try {
      const before = membershipByCode(code);
      await joinClassroom({ code, name, ...(before ? { token: before.token } : {}) });
      return `/j/${encodeURIComponent(code)}/live`;
    } catch (error) {
      return this.#refused(error);
    } finally {
      this.isBusy.value = false;
    }
  }

  #wrong(field: Fault['field'], text: string): null {
    this.fault.value = { field, text };
    return null;
  }

  #refused(error: unknown): null {
    if (!(error instanceof ServiceError)) return this.#wrong('form', String(error));
    const { status, problem, message } = error;
    if (status === 404 || status === 410)
      return this.#wrong('code', 'No class with this code. Look at the board: it may be a new one.');
    if (status === 429) {
      const wait = problem?.retryAfter === undefined ? 'a little' : `${problem.retryAfter} s`;
      return this.#wrong('form', `Too many tries. Wait ${wait}, then try again.`);
    }
    const part = problem?.errors?.[0];
    if (part?.path === 'name') return this.#wrong('name', part.message);
    if (part?.path === 'code') return this.#wrong('code', part.message);
    return this.#wrong('form', message);
  }
}

export function JoinPage({ code }: { readonly code?: string }) {
  const joining = useMemo(() => new Joining(), []);
  const { route } = useLocation();
  const name = useRef<HTMLInputElement>(null);
  useEffect(() => {
    document.title = 'Join your class · Heapcast';
    if (code === undefined) return;
    joining.code.value = bareCode(code);
    name.current?.focus();
  }, [code]);
  const fault = joining.fault.value;
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    if (joining.isBusy.value) return;
    void (async () => {
      const address = await joining.join();
      if (address !== null) route(address);
      else document.querySelector<HTMLElement>('.join [aria-invalid="true"]')?.focus();
    })();
  };
  return (
    <Phone>
      <main class="join">
        <h1>Join your class</h1>
        <form onSubmit={onSubmit} noValidate>
          <CodeField code={joining.code} fault={fault?.field === 'code' ? fault.text : null} />
          <label for="join-name">Your name</label>
          <input
            ref={name}
            id="join-name"
            class="join-name"
            dir="auto"
            autoComplete="nickname"
            maxLength={LONGEST_NAME}
            value={joining.name.value}
            aria-invalid={fault?.field === 'name'}
            aria-describedby={fault?.field === 'name' ? 'name-fault' : undefined}
            onInput={({ currentTarget }) => (joining.name.value = currentTarget.value)}
          />
          {fault?.field === 'name' && (
            <p id="name-fault" class="fault" role="alert">
              {fault.text}
            </p>
          )}
          <button class="join-go" type="submit" aria-disabled={joining.isBusy.value}>
            {joining.isBusy.value ? 'Joining …' : 'Join'}
          </button>
          {fault?.field === 'form' && (
            <p class="fault" role="alert">
              {fault.text}
            </p>
          )}
        </form>
      </main>
      <p class="phone-foot">No account needed</p>
    </Phone>
  );
}
