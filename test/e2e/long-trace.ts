/** A trace in the columns format that keeps a replay busy for a while: blocks come and go, about 20,000 live at once. */
import { gzipSync } from 'node:zlib';

const BLOCK = 1 << 20;
const LIVE = 20_000;

export function longTrace(events: number): Buffer {
  const parts: Buffer[] = [Buffer.from('HEAPCOLS\x01\0\0\0\0\0\0\0', 'latin1')];
  let asked = 0;
  let seed = 1;
  for (let done = 0; done < events;) {
    const n = Math.min(BLOCK, events - done);
    const size = new Uint32Array(n);
    const ref = new Uint32Array(n);
    const op = new Uint8Array(n);
    for (let i = 0; i < n; i++) {
      // Up to LIVE blocks are placed; then each free of the oldest makes room for one more.
      const frees = asked >= LIVE && (done + i) % 2 === 0;
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      op[i] = frees ? 4 : 1;
      ref[i] = frees ? LIVE : 0;
      if (!frees) {
        size[i] = 1 + ((seed >>> 16) % 512);
        asked++;
      }
    }
    parts.push(
      Buffer.from(Uint32Array.of(n).buffer),
      Buffer.from(size.buffer),
      Buffer.from(ref.buffer),
      Buffer.from(op.buffer),
    );
    done += n;
  }
  parts.push(Buffer.from(Uint32Array.of(0, events).buffer));
  return gzipSync(Buffer.concat(parts), { level: 1 });
}
