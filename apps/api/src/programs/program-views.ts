/** Looks into a program session at any of its events: the program beside where its objects lie, and what has leaked. */
import type { LeakView, ListWindow, ObjectPlace, ProgramView } from '@heapcast/contracts';
import type { PlacedBlock } from '@heapcast/replay';
import { Injectable } from '@nestjs/common';
import { noSuchEvent } from '../sessions/session-problems.js';
import type { LiveSession } from '../sessions/live-session.js';
import type { LeakQueryDto, ProgramQueryDto } from './program-query.dto.js';
import { ProgramHost } from './program-host.js';

@Injectable()
export class ProgramViews {
  constructor(private readonly programs: ProgramHost) {}

  /** @throws ProblemException `invalid-position`, `wrong-session-kind`, `program-version-changed`, `unavailable` */
  async program(session: LiveSession, { at, list = 'objects', limit, offset }: ProgramQueryDto): Promise<ProgramView> {
    const seq = positionIn(session, at);
    const window: ListWindow = {
      ...(limit === undefined ? {} : { limit }),
      ...(offset === undefined ? {} : { offset }),
    };
    const state = await this.programs.of(session).look(session, seq, { kind: 'state', [list]: window });
    const blocks = state.objects.items.map(({ block }) => block);
    const { places } = await session.inspect(seq, { kind: 'places', blocks });
    const placeOf = new Map(places.map((place) => [place.block, place]));
    const items = state.objects.items.map((object) => ({ ...object, place: toPlace(placeOf.get(object.block)) }));
    return { seq, ...state, objects: { ...state.objects, items } };
  }

  /** @throws ProblemException as `program` */
  async leaks(session: LiveSession, { at, list = 'records', limit, offset }: LeakQueryDto): Promise<LeakView> {
    const seq = positionIn(session, at);
    const window: ListWindow = {
      ...(limit === undefined ? {} : { limit }),
      ...(offset === undefined ? {} : { offset }),
    };
    const report = await this.programs.of(session).look(session, seq, { kind: 'leaks', [list]: window });
    return { seq, ...report };
  }
}

function positionIn({ seq }: LiveSession, at: number | undefined): number {
  if (at !== undefined && at > seq) throw noSuchEvent('at', at, seq);
  return at ?? seq;
}

function toPlace(placed: PlacedBlock | undefined): ObjectPlace | null {
  if (!placed) return null;
  const { address, region: arena, pool, index, bytes } = placed;
  return { address, arena, pool, index, bytes };
}
