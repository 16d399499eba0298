/** Socket.IO as this service runs it: WebSockets first, no compression (frames are shared by all subscribers). */
import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { SOCKET_PATH } from '@heapcast/contracts';
import { Server } from 'socket.io';
import type { Configuration } from '../configuration/configuration.js';
import { Readiness } from '../operations/readiness.js';

const PING_MILLISECONDS = 25_000;
/** Long, because a ping waits behind everything that a slow subscriber has not read: it is slow, not gone. */
const PING_PATIENCE_MILLISECONDS = 120_000;
const CONNECT_MILLISECONDS = 10_000;

export class SocketAdapter extends IoAdapter {
  readonly #readiness: () => Readiness;

  constructor(
    app: INestApplicationContext,
    private readonly configuration: Configuration,
  ) {
    super(app);
    this.#readiness = () => app.get(Readiness);
  }

  override createIOServer(): Server {
    const { corsOrigins, socketMessageLimit } = this.configuration;
    const readiness = this.#readiness();
    return new Server(this.httpServer, {
      path: SOCKET_PATH,
      serveClient: false,
      transports: ['websocket', 'polling'],
      perMessageDeflate: false,
      httpCompression: false,
      maxHttpBufferSize: socketMessageLimit,
      pingInterval: PING_MILLISECONDS,
      pingTimeout: PING_PATIENCE_MILLISECONDS,
      connectTimeout: CONNECT_MILLISECONDS,
      allowRequest: (_, decide) => {
        const { stopping } = readiness;
        decide(stopping ? 'The service is stopping.' : null, !stopping);
      },
      ...(corsOrigins.length > 0 ? { cors: { origin: corsOrigins.includes('*') ? '*' : [...corsOrigins] } } : {}),
    });
  }

  /** The HTTP server is closed by others, and waits for what was upgraded on it: that is ended here. */
  override async close(server: object): Promise<void> {
    if (server instanceof Server) server.engine.close();
  }
}
