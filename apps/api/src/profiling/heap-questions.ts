/** Pinned arenas, the story of a block, the curve of a window: what a page about the heap asks beside the heap itself. */
import { type BlockPlacement, blockStory, stateAt, type WindowCurve, windowCurve } from '@heapcast/insight';
import type { PinsReply } from '@heapcast/replay';
import { Injectable } from '@nestjs/common';
import { notFound } from '../problems/index.js';
import type { PinsQueryDto, WindowQueryDto } from './profile-query.dto.js';
import { keyOf, ProfileSource } from './profile-source.js';
import { Recollection } from './recollection.js';
import { positionIn, type Subject } from './subject.js';
import { invalid } from '../problems/index.js';

/** Live blocks on each side of a block, in a model without pools. */
const NEIGHBOURS = 8;
/** Blocks of a pool: none has more. */
const POOL_BLOCKS = 4096;

@Injectable()
export class HeapQuestions {
  constructor(
    private readonly source: ProfileSource,
    private readonly recollection: Recollection,
  ) {}

  async pins(subject: Subject, query: PinsQueryDto): Promise<object> {
    const at = positionIn(subject, 'at', query.at);
    const { below = 25, full = 30, limit = 20, blocks = 50, sites = 20 } = query;
    const [reply, describe] = await Promise.all([
      this.findPins(subject, at, { below, full, limit, blocks, sites }),
      this.source.describer(subject),
    ]);
    return {
      ...reply,
      regions: reply.regions.map((region) => ({
        ...region,
        blocks: region.blocks.map((block) => ({ ...block, site: describe(block.site), age: at - block.placedAt })),
      })),
      sites: reply.sites.map((row) => ({ ...row, site: describe(row.site) })),
    };
  }

  findPins(subject: Subject, at: number, query: Required<Omit<PinsQueryDto, 'at'>>): Promise<PinsReply> {
    const { below, full, limit: regions, blocks, sites } = query;
    return this.recollection.remember(
      `${keyOf(subject)}:pins:${at}:${below}:${full}:${regions}:${blocks}:${sites}`,
      subject.gone,
      (signal) =>
        subject.inspect(at, { kind: 'pins', below: below / 100, full: full / 100, regions, blocks, sites }, signal),
    );
  }

  /** @throws ProblemException `not-found` when no block ever had that number */
  async story(subject: Subject, number: number, wanted: number | undefined): Promise<object> {
    const at = positionIn(subject, 'at', wanted);
    const { events } = subject;
    const reply = await this.recollection.remember(
      `${keyOf(subject)}:story:${events}:${number}`,
      subject.gone,
      (signal) => subject.inspect(events, { kind: 'story', number }, signal),
    );
    const story = blockStory(reply, events);
    if (!story) throw notFound('block', `${number} (there are ${reply.numbers})`);
    const { state, place } = stateAt(story, at);
    const [describe, neighbours] = await Promise.all([
      this.source.describer(subject),
      place ? this.#neighbours(subject, at, place) : null,
    ]);
    const steps = story.steps.map((step) => ({ ...step, site: describe(step.site) }));
    return { ...story, steps, at, state, place, neighbours };
  }

  async window(subject: Subject, { from = 0, to: wanted, buckets = 200 }: WindowQueryDto): Promise<WindowCurve> {
    const to = positionIn(subject, 'to', wanted);
    positionIn(subject, 'from', from);
    if (from > to) throw invalid('from', 'must not be after to');
    return windowCurve(await subject.inspect(to, { kind: 'window', from, buckets }, subject.gone));
  }

  /** What lies in the same pool at `at`, free blocks too; without pools, the nearest live blocks. */
  async #neighbours(subject: Subject, at: number, { arena, pool, offset }: BlockPlacement): Promise<unknown> {
    if (pool === null) {
      const { blocks } = await subject.inspect(at, { kind: 'beside', region: arena, offset, count: NEIGHBOURS });
      return blocks;
    }
    const query = { kind: 'heap', detail: 'blocks', region: arena, pool, limit: POOL_BLOCKS, offset: 0 } as const;
    return (await subject.inspect(at, query)).heap.items;
  }
}
