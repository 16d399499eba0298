/** How fast each format is read into canonical chunks and written from them, one thread, without storing. */
import { formatList } from '@heapcast/trace';
import { richestRecordings, repeated, rolled } from './bench-traces.js';
import type { Benchmark, Figure } from './figure.js';
import { median, secondsOf } from './statistics.js';

/** Bytes per push: what a socket or a file gives at a time. */
const PUSH = 1 << 16;

export const formatSpeed: Benchmark = {
  name: 'formats',
  title: 'readers and writers of trace formats',
  async run({ quick, tell }) {
    const events = quick ? 200_000 : 2_000_000;
    const [trace = rolled(events, 23_000)] = richestRecordings(1).map((recording) => repeated(recording, events));
    const figures: Figure[] = [];
    for (const format of formatList) {
      tell(`formats: ${format.name}`);
      let pieces: Buffer[] = [];
      const writing: number[] = [];
      const reading: number[] = [];
      for (let round = 0; round < 4; round++) {
        pieces = [];
        writing.push(
          await secondsOf(async () => {
            for await (const piece of format.writer(trace.header, chunksOf)) pieces.push(Buffer.from(piece));
          }),
        );
        const bytes = Buffer.concat(pieces);
        reading.push(
          await secondsOf(() => {
            const reader = format.reader(() => {});
            for (let at = 0; at < bytes.length; at += PUSH) reader.push(bytes.subarray(at, at + PUSH));
            reader.end();
          }),
        );
      }
      const bytes = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
      figures.push(
        {
          name: `read ${format.name}`,
          value: events / 1e6 / median(reading.slice(1)),
          unit: 'M events/s',
          note: `${(bytes / events).toFixed(1)} bytes/event`,
        },
        { name: `write ${format.name}`, value: events / 1e6 / median(writing.slice(1)), unit: 'M events/s' },
      );
    }
    return figures;

    async function* chunksOf() {
      yield* trace.chunks;
    }
  },
};
