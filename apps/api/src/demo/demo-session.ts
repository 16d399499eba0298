/** The demo session: a few requests in which something can be seen of a size class, a pool, a realloc and a mistake. */
import type { SessionRequest } from '@heapcast/contracts';
import { Injectable } from '@nestjs/common';
import { RequestDesk } from '../sessions/request-desk.js';
import { SessionsService } from '../sessions/sessions.service.js';

function story(): SessionRequest[] {
  const requests: SessionRequest[] = [{ op: 'mark', label: 'eight small objects of one size class' }];
  for (const name of 'abcdefgh') requests.push({ op: 'malloc', id: name, size: 24 });
  requests.push(
    { op: 'mark', label: 'two of them go, and their blocks are the next ones to be used' },
    { op: 'free', id: 'c' },
    { op: 'free', id: 'f' },
    { op: 'malloc', id: 'i', size: 32 },
    { op: 'mark', label: 'a list grows: small steps stay in place, larger ones move' },
    { op: 'malloc', id: 'list', size: 56 },
    { op: 'realloc', id: 'list', size: 64 },
    { op: 'realloc', id: 'list', size: 120 },
    { op: 'realloc', id: 'list', size: 1000 },
    { op: 'mark', label: 'a mistake: this one is free already' },
    { op: 'free', id: 'c' },
  );
  return requests;
}

@Injectable()
export class DemoSession {
  constructor(
    private readonly sessions: SessionsService,
    private readonly desk: RequestDesk,
  ) {}

  async open(): Promise<void> {
    const { id, ownerToken } = await this.sessions.create({
      name: 'Demo: small objects on CPython 3.11',
      allocator: { model: 'pymalloc', profile: 'cpython-3.11' },
      visibility: 'public',
    });
    const terms = { token: ownerToken, key: undefined, keyPath: '' };
    await this.desk.take(id, { requests: story() }, terms);
  }
}
