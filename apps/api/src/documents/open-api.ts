/** The OpenAPI 3.1 document, made from the controllers and their DTOs. */
import { type INestApplication, Injectable } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { ProblemDto } from '../problems/index.js';
import { VERSION } from '../operations/version.js';

const DESCRIPTION = `
A program *asks* (trace), an allocator *places* (model), a replay keeps *time*, insight *explains*, the service *tells*.

- **Positions**: \`at=N\` is the state after the first N requests, 0 to the number of events. Request indexes count from 0;
  a session's \`seq\` counts from 1, so \`at=seq\` is the state just after event \`seq\`.
- **Errors** are problem details (RFC 9457) with a stable \`type\`; \`GET /problems\` lists all of them.
- **Lists** are pages: follow \`next\` by repeating the request with \`cursor\`.
- **Sockets** are described in \`/docs/asyncapi.json\`.
`.trim();

export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Heapcast')
    .setVersion(VERSION)
    .setDescription(DESCRIPTION)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/', 'This service')
    .addTag('Traces', 'What programs asked of their allocators')
    .addTag('Runs', 'A trace on an allocator: summary, heap at any event, statistics')
    .addTag('Sessions', 'Live allocators that take requests and are watched')
    .addTag('Classrooms', 'A session that is led, and the people around it')
    .addTag('Streams', 'Events as they happen, for scripts')
    .addTag('Allocators', 'Models, profiles and options')
    .addTag('Sizes', 'What Python objects and C types take')
    .addTag('Operations', 'Health and metrics')
    .addTag('Problems', 'What each error means')
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', description: 'Token of a session: owner, editor or viewer.' },
      'session',
    )
    .addBearerAuth(
      {
        type: 'http',
        scheme: 'bearer',
        description: 'Token of a person in a classroom: told when they opened or joined it.',
      },
      'classroom',
    )
    .addApiKey(
      { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'Only when the operator set API_KEYS.' },
      'apiKey',
    )
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    extraModels: [ProblemDto],
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  for (const [name, path] of Object.entries(document.paths)) {
    // What is public needs no token: reading, and everything about traces and runs that came from no private session.
    const open = /^\/v1\/(traces|runs)/.test(name) ? [path.get, path.post, path.delete] : [path.get];
    for (const operation of open) operation?.security?.unshift({});
  }
  return document;
}

/** The document, made when it is first asked for: by then every route is there. */
@Injectable()
export class OpenApi {
  #app: INestApplication | undefined;
  #document: OpenAPIObject | undefined;

  describe(app: INestApplication): void {
    this.#app = app;
  }

  document(): OpenAPIObject {
    if (!this.#app) throw new Error('the OpenAPI document was asked for before the application was described');
    this.#document ??= openApiDocument(this.#app);
    return this.#document;
  }
}
