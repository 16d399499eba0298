/** The moment in the party's words: orders, collections, toys. */
import { signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Picture } from './picture.js';

interface Told {
  readonly event: string;
  readonly stats: string;
}

export function PartyWords({ picture }: { readonly picture: Picture }) {
  const told = useMemo(() => signal<Told | null>(null), [picture]);
  const at = picture.shown.value?.at;
  useEffect(() => {
    if (at === undefined) return undefined;
    let isWanted = true;
    void (async () => {
      const { subject } = picture;
      const [stats, log] = await Promise.all([
        subject.look<{ readonly sentence: string }>(`/stats?at=${at}&lens=party`),
        at === 0
          ? null
          : subject.look<{ readonly events: readonly { readonly sentence?: string }[] }>(
              `/events?from=${at - 1}&limit=1&lens=party`,
            ),
      ]);
      if (isWanted) told.value = { event: log?.events[0]?.sentence ?? '', stats: stats.sentence };
    })().catch(() => undefined);
    return () => (isWanted = false);
  }, [picture, at]);
  return (
    <div class="party-words">
      <p>{told.value?.event}</p>
      <p>{told.value?.stats}</p>
    </div>
  );
}
