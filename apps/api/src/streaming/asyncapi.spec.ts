import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import {
  CLASSROOM_CLIENT_EVENTS,
  CLASSROOM_NAMESPACE,
  CLASSROOM_SERVER_EVENTS,
  CLIENT_EVENTS,
  OPERATIONS,
  OUTCOMES,
  SERVER_EVENTS,
  SOCKET_NAMESPACE,
  SOCKET_PATH,
} from '@heapcast/contracts';
import { Ajv } from 'ajv';
import { load } from 'js-yaml';
import type { Response } from 'supertest';

const require = createRequire(`${process.cwd()}/package.json`);
const text = readFileSync('docs/asyncapi.yaml', 'utf8');
/** JSON of whatever shape. */
type Loose = Response['body'];
const document: Loose = load(text);
const messages: Record<string, Loose> = document.components.messages;

/** Names of the messages that are sent, or received, in a namespace. */
function named(action: string, channel: string): string[] {
  return Object.values<Loose>(document.operations)
    .filter((operation) => operation.action === action && operation.channel.$ref === `#/channels/${channel}`)
    .flatMap((operation) => operation.messages)
    .map(({ $ref }: { $ref: string }) => messages[$ref.split('/').pop() ?? ''].name);
}

/** Payload schemas of the document, with its own components. */
function validator(message: string) {
  const ajv = new Ajv({ strict: false, formats: { uuid: /^[0-9a-f-]{36}$/ } });
  return ajv.compile({ ...messages[message].payload, components: document.components });
}

const EVERY_EVENT = {
  ...SERVER_EVENTS,
  ...CLIENT_EVENTS,
  ...CLASSROOM_SERVER_EVENTS,
  ...CLASSROOM_CLIENT_EVENTS,
};

describe('docs/asyncapi.yaml', () => {
  it('is an AsyncAPI 3.0 document by the official schema', () => {
    const schema = require('@asyncapi/specs/schemas/3.0.0.json');
    const formats = { uri: true, 'uri-reference': true, email: true, regex: true } as const;
    // The schema brings the meta schema that it refers to.
    const ajv = new Ajv({ strict: false, logger: false, meta: false, validateSchema: false, formats });
    const validate = ajv.compile(schema);
    validate(document);
    expect(validate.errors ?? []).toEqual([]);
  });

  it('says where the socket is', () => {
    expect(document.servers.local.pathname).toBe(SOCKET_PATH);
    expect(document.channels.v1.address).toBe(SOCKET_NAMESPACE);
    expect(document.channels.classrooms.address).toBe(CLASSROOM_NAMESPACE);
  });

  it('has every event of the contract, each in its direction, and no other', () => {
    expect(named('receive', 'v1').sort()).toEqual(Object.keys(CLIENT_EVENTS).sort());
    expect(named('send', 'v1').sort()).toEqual(Object.keys(SERVER_EVENTS).sort());
    expect(named('receive', 'classrooms').sort()).toEqual(Object.keys(CLASSROOM_CLIENT_EVENTS).sort());
    expect(named('send', 'classrooms').sort()).toEqual(Object.keys(CLASSROOM_SERVER_EVENTS).sort());
  });

  it('says of each event what the contract says, and how it is answered', () => {
    for (const [event, purpose] of Object.entries(EVERY_EVENT)) {
      const kinds = Object.values(messages).filter(({ name }) => name === event);
      expect(kinds.some(({ summary }) => summary.startsWith(purpose))).toBe(true);
    }
    for (const operation of Object.values<Loose>(document.operations)) {
      if (operation.action !== 'receive') continue;
      const [{ $ref }] = operation.reply.messages;
      const [done, refused] = messages[$ref.split('/').pop()].payload.oneOf;
      expect(done.properties.ok).toEqual({ const: true });
      expect(refused).toEqual({ $ref: '#/components/schemas/Refusal' });
    }
  });

  it('knows the operations and outcomes of the contract', () => {
    const { SessionEvent, BinaryFrame } = document.components.schemas;
    expect(SessionEvent.properties.op.enum).toEqual([...OPERATIONS]);
    expect(SessionEvent.properties.outcome.enum).toEqual([...OUTCOMES]);
    expect(BinaryFrame.properties.data.description).toContain(OPERATIONS.map((op, i) => `${i} ${op}`).join(', '));
  });

  it('refers to nothing that is not there', () => {
    for (const [, path] of text.matchAll(/\$ref: ["']?#\/([^"'\s]+)/g)) {
      const found = path.split('/').reduce((node, name) => node?.[name], document);
      expect([path, typeof found]).toEqual([path, 'object']);
    }
  });

  it.each(Object.keys(messages))('gives an example of %s that is one', (message) => {
    const { examples } = messages[message];
    expect(examples.length).toBeGreaterThan(0);
    const validate = validator(message);
    for (const { payload } of examples) {
      validate(payload);
      expect(validate.errors ?? []).toEqual([]);
    }
    expect(validate({ surprise: 1 })).toBe(false);
  });
});
