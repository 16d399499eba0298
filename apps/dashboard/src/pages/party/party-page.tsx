/** A session or run as the party of the talk: children, toys, boxes, orders and rent. */
import { TopBar } from '../../shell/top-bar.js';

interface PartyPageProps {
  readonly kind: 'run' | 'session';
  readonly id: string;
}

export function PartyPage({ kind, id }: PartyPageProps) {
  return <TopBar title="Party" views={{ kind, id, current: 'party' }} />;
}
