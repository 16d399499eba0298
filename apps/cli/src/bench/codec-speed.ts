/** How fast chunks are packed and unpacked, and how small they get. */
import { packChunk, unpackChunk } from '@heapcast/trace';
import { richestRecordings, repeated, rolled } from './bench-traces.js';
import type { Benchmark, Figure } from './figure.js';
import { medianSeconds } from './statistics.js';

export const codecSpeed: Benchmark = {
  name: 'codec',
  title: 'stored chunks: pack, unpack, size',
  async run({ quick, tell }) {
    const events = quick ? 500_000 : 4_000_000;
    const traces = [...richestRecordings(1).map((trace) => repeated(trace, events)), rolled(events, 23_000)];
    const figures: Figure[] = [];
    for (const { name, chunks, header } of traces) {
      tell(`codec: ${name}`);
      let packed: Uint8Array[] = [];
      const pack = await medianSeconds(3, () => (packed = chunks.map(packChunk)));
      const unpack = await medianSeconds(3, () => packed.forEach(unpackChunk));
      const bytes = packed.reduce((sum, { byteLength }) => sum + byteLength, 0);
      figures.push(
        { name: `pack ${name}`, value: header.events / 1e6 / pack, unit: 'M events/s' },
        { name: `unpack ${name}`, value: header.events / 1e6 / unpack, unit: 'M events/s' },
        { name: `packed size ${name}`, value: bytes / header.events, unit: 'bytes/event' },
      );
    }
    return figures;
  },
};
