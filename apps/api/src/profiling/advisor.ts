/** Gathers what the rules of advice look at, and asks them. */
import { advise, adviceFacts, type Advice, PRACTICES, rules } from '@heapcast/insight';
import { Injectable } from '@nestjs/common';
import { HeapQuestions } from './heap-questions.js';
import { CHURN_WITHIN, keyOf, ProfileSource } from './profile-source.js';
import { Recollection } from './recollection.js';
import type { Subject } from './subject.js';

/** Samples of the live bytes of every line, over the run. */
const SAMPLES = 16;
const PINS = { below: 25, full: 30, limit: 100, blocks: 0, sites: 20 };

export interface AdviceAnswer {
  readonly at: number;
  /** Why there may be less advice than could be. */
  readonly note: string | null;
  readonly advice: readonly (Advice & { readonly bestPractice: string })[];
  /** Every rule that was asked, and what it looks for. */
  readonly rules: readonly {
    readonly name: string;
    readonly practice: string;
    readonly title: string;
    readonly fired: boolean;
  }[];
}

@Injectable()
export class Advisor {
  constructor(
    private readonly source: ProfileSource,
    private readonly questions: HeapQuestions,
    private readonly recollection: Recollection,
  ) {}

  /** About all events that there are now. */
  async advise(subject: Subject): Promise<AdviceAnswer> {
    const { events: at, config } = subject;
    const lines = await this.source.groups(subject, 'line');
    const paths = await this.source.groups(subject, 'path');
    const summary = await subject.summary();
    const flows = await this.source.flows(subject, at, CHURN_WITHIN);
    const late = await this.source.live(subject, flows.quietFrom, true);
    const peak = await this.source.live(subject, summary.peaks.requestedBytes.at, true);
    const growth = await this.recollection.remember(`${keyOf(subject)}:growth:${at}`, subject.gone, (signal) =>
      subject.inspect(at, { kind: 'growth', samples: SAMPLES, sampledTo: flows.quietFrom }, signal),
    );
    const pins = await this.questions.findPins(subject, flows.quietFrom, PINS);
    const found = advise(adviceFacts({ config, summary, lines, paths, flows, growth, late, pins, peak }));
    const fired = new Set(found.map(({ rule }) => rule));
    return {
      at,
      note:
        lines.registry.count > 1 ? null : 'The trace has no call sites: only advice about the whole run is possible.',
      advice: found.map((advice) => ({ ...advice, bestPractice: PRACTICES[advice.practice] })),
      rules: rules.map(({ name, practice, title }) => ({ name, practice, title, fired: fired.has(name) })),
    };
  }
}
