/**
 * Consecutive events of one session, as they travel: each form is encoded when the first subscriber wants it, and then
 * shared by all.
 */
import { eventsThrough, type Lens } from '../lens/lens.js';
import { encodeEventFrame, type EventFrame, type FrameFormat, type SessionEvent } from '@heapcast/contracts';

/** Most events in one frame: about 90 KB of JSON, so that a subscriber's backlog grows in small steps. */
export const FRAME_EVENTS = 512;

export class Frame {
  #binary: EventFrame | undefined;
  /** By lens; without one: the empty name. */
  readonly #json = new Map<Lens | '', EventFrame>();
  readonly #serverSent = new Map<Lens | '', Buffer>();

  /** @param events at least one, without gaps */
  constructor(
    readonly sessionId: string,
    readonly events: readonly SessionEvent[],
  ) {}

  get firstSeq(): number {
    return this.events[0].seq;
  }

  get lastSeq(): number {
    return this.events[this.events.length - 1].seq;
  }

  /** What `session:events` carries. @param lens only of JSON: binary frames have no sentences */
  as(format: FrameFormat, lens?: Lens): EventFrame {
    return format === 'json' ? this.#asJson(lens) : this.#asBinary();
  }

  /** The text of a Server-Sent Events stream: one message per event, its id is the event's `seq`. */
  asServerSentEvents(lens?: Lens): Buffer {
    let bytes = this.#serverSent.get(lens ?? '');
    if (!bytes) {
      const events = lens === undefined ? this.events : eventsThrough(lens, this.events);
      bytes = Buffer.from(events.map((event) => `id: ${event.seq}\ndata: ${JSON.stringify(event)}\n\n`).join(''));
      this.#serverSent.set(lens ?? '', bytes);
    }
    return bytes;
  }

  #asJson(lens: Lens | undefined): EventFrame {
    let frame = this.#json.get(lens ?? '');
    if (!frame) {
      const { sessionId, firstSeq, lastSeq } = this;
      const events = lens === undefined ? this.events : eventsThrough(lens, this.events);
      frame = { sessionId, format: 'json', firstSeq, lastSeq, events };
      this.#json.set(lens ?? '', frame);
    }
    return frame;
  }

  #asBinary(): EventFrame {
    const { sessionId, firstSeq, lastSeq } = this;
    // A Buffer, because Socket.IO's parser copies any other view before it sends it.
    this.#binary ??= {
      sessionId,
      format: 'binary',
      firstSeq,
      lastSeq,
      data: Buffer.from(encodeEventFrame(this.events).buffer),
    };
    return this.#binary;
  }
}

/** Cuts events into frames of at most `FRAME_EVENTS`. */
export function cutFrames(sessionId: string, events: readonly SessionEvent[]): Frame[] {
  if (events.length <= FRAME_EVENTS) return events.length === 0 ? [] : [new Frame(sessionId, events)];
  const frames: Frame[] = [];
  for (let at = 0; at < events.length; at += FRAME_EVENTS) {
    frames.push(new Frame(sessionId, events.slice(at, at + FRAME_EVENTS)));
  }
  return frames;
}
