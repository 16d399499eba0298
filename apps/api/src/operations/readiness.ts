/** Is the service able to work? Parts register a check; a check that fails says why. */
import { Injectable } from '@nestjs/common';

export interface CheckResult {
  readonly ok: boolean;
  /** What was found, for the operator. */
  readonly detail: string;
}

export interface ReadinessReport {
  readonly status: 'ready' | 'not ready';
  readonly checks: Readonly<Record<string, CheckResult>>;
}

/** A check that takes longer has failed. */
const CHECK_MILLISECONDS = 2000;

@Injectable()
export class Readiness {
  readonly #checks = new Map<string, () => Promise<string>>();
  #stopping = false;

  /** @param check resolves with a word on what it saw, rejects with what is wrong */
  register(name: string, check: () => Promise<string>): void {
    this.#checks.set(name, check);
  }

  /** From now on the service is not ready, and new requests are turned away. */
  stop(): void {
    this.#stopping = true;
  }

  get stopping(): boolean {
    return this.#stopping;
  }

  async report(): Promise<ReadinessReport> {
    const results = await Promise.all(
      [...this.#checks].map(async ([name, check]) => [name, await outcome(check)] as const),
    );
    const checks: Record<string, CheckResult> = Object.fromEntries(results);
    if (this.#stopping) checks['service'] = { ok: false, detail: 'the service is stopping' };
    const ready = Object.values(checks).every(({ ok }) => ok);
    return { status: ready ? 'ready' : 'not ready', checks };
  }
}

async function outcome(check: () => Promise<string>): Promise<CheckResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_MILLISECONDS} ms`)), CHECK_MILLISECONDS);
  });
  try {
    return { ok: true, detail: await Promise.race([check(), late]) };
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : 'failed' };
  } finally {
    clearTimeout(timer);
  }
}
