/** The class is over, for everybody or for this person. */
import type { ClassroomCopy, ClassroomSubject } from '@heapcast/contracts';
import type { Over } from '../../service/classroom.js';
import { count, counted } from '../../words/amounts.js';

interface OverNoticeProps {
  readonly reason: Over | 'unknown';
  readonly subject: ClassroomSubject | null;
  readonly score?: number | undefined;
  /** Of this person's own. */
  readonly copies?: readonly ClassroomCopy[] | undefined;
}

const TITLES: Readonly<Record<OverNoticeProps['reason'], string>> = {
  closed: 'Class is over',
  removed: 'You were removed from this class',
  unknown: 'This class does not know you any more',
};

export function OverNotice({ reason, subject, score, copies = [] }: OverNoticeProps) {
  const address = subject && `/${subject.kind === 'run' ? 'r' : 's'}/${subject.id}`;
  return (
    <main class="over">
      <h1>{TITLES[reason]}</h1>
      {reason === 'closed' && score !== undefined && score > 0 && <p>You have {counted(score, 'point')}.</p>}
      {reason === 'closed' && address !== null && (
        <a class="phone-action" href={address}>
          Open the {subject?.kind === 'run' ? 'recording' : 'session'} alone
        </a>
      )}
      {reason === 'closed' &&
        copies.map(({ id, sessionId, event }) => (
          <a key={id} class="phone-action quiet-one" href={`/s/${sessionId}`}>
            Go on in your copy of event {count(event)}
          </a>
        ))}
    </main>
  );
}
