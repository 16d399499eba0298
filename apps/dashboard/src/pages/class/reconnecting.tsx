/** Said while the connection is gone; the page stays where it is. */
import type { Signal } from '@preact/signals';
import type { Classroom } from '../../service/classroom.js';
import { count } from '../../words/amounts.js';

interface ReconnectingProps {
  readonly classroom: Classroom;
  readonly at: Signal<number>;
}

export function Reconnecting({ classroom, at }: ReconnectingProps) {
  const isLost = classroom.connection.value === 'lost' && classroom.over.value === null;
  return (
    <div role="status">
      {isLost && (
        <p class="notice reconnecting">
          Reconnecting.{classroom.state.value ? ` You see event ${count(at.value)}.` : ''}
        </p>
      )}
    </div>
  );
}
