/** Where a class is led at a moment: arithmetic of `Lead`, without a clock or a class of its own. */
import type { ClassroomView, Lead, LeadChange, Selection } from '@heapcast/contracts';

const VIEWS: readonly ClassroomView[] = ['heap', 'program', 'party'];
const NOTHING: Selection = { arena: null, pool: null, block: null };

/** The first lead of a class: paused at `event`. */
export function newLead(event: number, now: number, revision = 1): Lead {
  return { event, speed: 0, since: now, view: 'heap', zoom: 1, selection: NOTHING, revision };
}

/** After how many events, of `end` in all, the class is at `now`. */
export function presentEvent({ event, speed, since }: Lead, now: number, end: number): number {
  const played = speed > 0 ? Math.floor((speed * Math.max(0, now - since)) / 1000) : 0;
  return Math.min(end, event + played);
}

/** The lead after a change at `now`: counted from where the class is at this moment. */
export function changedLead(lead: Lead, change: LeadChange, now: number, end: number): Lead {
  const { event = presentEvent(lead, now, end), speed = lead.speed, view = lead.view } = change;
  const { zoom = lead.zoom, selection = lead.selection } = change;
  return { event: Math.min(end, event), speed, since: now, view, zoom, selection, revision: lead.revision + 1 };
}

/** As it is stored. */
export function readLead(stored: Readonly<Record<string, unknown>>): Lead {
  const { event, speed, since, view, zoom, selection, revision } = stored;
  const chosen: Readonly<Record<string, unknown>> =
    typeof selection === 'object' && selection !== null ? { ...selection } : {};
  return {
    event: number(event, 0),
    speed: number(speed, 0),
    since: number(since, 0),
    view: VIEWS.find((known) => known === view) ?? 'heap',
    zoom: number(zoom, 1),
    selection: { arena: place(chosen['arena']), pool: place(chosen['pool']), block: place(chosen['block']) },
    revision: number(revision, 1),
  };
}

function number(value: unknown, usual: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : usual;
}

function place(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
