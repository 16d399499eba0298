/** How long answers are taken, by the server's clock. */
import { signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Classroom } from '../../service/classroom.js';
import { clockTime } from './words.js';

interface DeadlineProps {
  /** Milliseconds since 1970 by the server's clock. */
  readonly until: number;
  readonly classroom: Classroom;
}

const TICK = 250;

export function Deadline({ until, classroom }: DeadlineProps) {
  const left = useMemo(() => signal(classroom.until(until)), [until]);
  useEffect(() => {
    const tick = setInterval(() => (left.value = classroom.until(until)), TICK);
    return () => clearInterval(tick);
  }, [until]);
  return (
    <span class="num" role="timer">
      {left.value > 0 ? `${clockTime(left.value)} left` : 'Time is up'}
    </span>
  );
}
