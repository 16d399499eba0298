/**
 * What was sent to a socket and has not left this process: packets that Engine.IO holds while its transport is busy,
 * and bytes that `ws` handed to Node and the kernel has not taken.
 */
import type { Socket } from 'socket.io';

/** An Engine.IO connection. */
export type Connection = Socket['conn'];

interface Packet {
  readonly data?: unknown;
}

/** Public in Engine.IO's JavaScript, private in its types. */
interface EngineConnection {
  readonly writeBuffer?: readonly Packet[];
  readonly transport?: { readonly socket?: { readonly bufferedAmount?: number } };
}

/** Bytes of a packet's frame beside its text or binary: an upper bound. */
const PACKET_OVERHEAD = 16;

/** Bytes; text counts one byte per character. */
export function backlogOf(connection: Connection): number {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all fields of the shape are optional
  const { writeBuffer, transport } = connection as unknown as EngineConnection;
  let bytes = transport?.socket?.bufferedAmount ?? 0;
  if (writeBuffer) {
    for (const { data } of writeBuffer) bytes += sizeOf(data) + PACKET_OVERHEAD;
  }
  return bytes;
}

function sizeOf(data: unknown): number {
  if (typeof data === 'string') return data.length;
  return ArrayBuffer.isView(data) ? data.byteLength : 0;
}

/** Resolves when the transport has sent what it holds, or the connection changed or closed. */
export function drained(connection: Connection): Promise<void> {
  const { transport } = connection;
  return new Promise((resolve) => {
    const done = (): void => {
      transport.off('drain', done);
      connection.off('upgrade', done);
      connection.off('close', done);
      resolve();
    };
    transport.once('drain', done);
    connection.once('upgrade', done);
    connection.once('close', done);
    if (connection.readyState !== 'open') done();
  });
}
