/** The keys of the driver: they move everybody. Off while somebody types, and where the arrows have a meaning of their own. */
import type { Teaching } from './teaching.js';

const FAR = 1000;

export function listenToLeaderKeys(teaching: Teaching): () => void {
  const { follower } = teaching;
  const onKey = (event: KeyboardEvent): void => {
    const { target, key, shiftKey } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || !teaching.classroom.drives.value) return;
    if (target instanceof Element && target.closest('input, select, textarea, [role="img"]')) return;
    if (key === ' ' && target instanceof Element && target.closest('button, a, summary')) return;
    const at = follower.at.value;
    const actions: Readonly<Record<string, () => void>> = {
      ' ': () => togglePlay(teaching),
      ArrowLeft: () => teaching.seek(at - (shiftKey ? FAR : 1)),
      ArrowRight: () => teaching.seek(at + (shiftKey ? FAR : 1)),
      Home: () => teaching.seek(0),
      End: () => teaching.seek(follower.end.value),
    };
    const action = actions[key];
    if (!action) return;
    event.preventDefault();
    action();
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}

/** Events per second that play had before it was paused. */
let lastSpeed = 1;

export function rememberSpeed(speed: number): void {
  lastSpeed = speed;
}

export function playSpeed(): number {
  return lastSpeed;
}

export function togglePlay(teaching: Teaching): void {
  const { follower } = teaching;
  const lead = follower.lead.value;
  if (!lead) return;
  const at = follower.at.value;
  if (lead.speed > 0) return teaching.lead({ event: at, speed: 0 });
  teaching.lead({ event: at >= follower.end.value ? 0 : at, speed: lastSpeed });
}
