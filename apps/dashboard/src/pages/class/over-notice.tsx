/** The class is over, for everybody or for this person. */
import type { ClassroomSubject } from '@heapcast/contracts';
import type { Over } from '../../service/classroom.js';
import { counted } from '../../words/amounts.js';

interface OverNoticeProps {
  readonly reason: Over | 'unknown';
  readonly subject: ClassroomSubject | null;
  readonly score?: number | undefined;
}

const TITLES: Readonly<Record<OverNoticeProps['reason'], string>> = {
  closed: 'Class is over',
  removed: 'You were removed from this class',
  unknown: 'This class does not know you any more',
};

export function OverNotice({ reason, subject, score }: OverNoticeProps) {
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
    </main>
  );
}
