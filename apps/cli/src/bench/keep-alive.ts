/** One HTTP connection that asks and waits for the answer, again and again: as little client as can be. */
import { connect, type Socket } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');

export class KeepAlive {
  #received: Buffer = Buffer.alloc(0);
  #answered: ((answer: { status: number; body: string }) => void) | null = null;
  #failed: ((error: Error) => void) | null = null;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => this.#take(bytes));
    socket.on('error', (error) => this.#failed?.(error));
    socket.on('close', () => this.#failed?.(new Error('the connection was closed')));
  }

  static open(port: number): Promise<KeepAlive> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(new KeepAlive(socket)));
      socket.once('error', reject);
    });
  }

  /** @param headers lines of their own, each with its end */
  post(route: string, json: string, token: string, headers = ''): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      this.#answered = resolve;
      this.#failed = reject;
      const auth = token === '' ? '' : `authorization: Bearer ${token}\r\n`;
      this.socket.write(
        `POST ${route} HTTP/1.1\r\nhost: localhost\r\n${auth}${headers}content-type: application/json\r\ncontent-length: ${Buffer.byteLength(json)}\r\n\r\n${json}`,
      );
    });
  }

  close(): void {
    this.#failed = null;
    this.socket.destroy();
  }

  #take(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    const headEnd = this.#received.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.#received.toString('latin1', 0, headEnd);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    const end = headEnd + HEAD_END.length + length;
    if (this.#received.length < end) return;
    const body = this.#received.toString('utf8', headEnd + HEAD_END.length, end);
    this.#received = this.#received.subarray(end);
    this.#answered?.({ status: Number(head.slice(9, 12)), body });
  }
}
