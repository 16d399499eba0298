/** The tiles of the question that is looked at, fetched once per question. */
import type { ClassroomQuestion } from '@heapcast/contracts';
import { signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Picture } from './picture.js';
import { questionTiles, type Tile } from './question-blocks.js';

export function useTiles(picture: Picture | null, question: ClassroomQuestion | null): readonly Tile[] {
  const tiles = useMemo(() => signal<readonly Tile[]>([]), []);
  const key = question ? `${question.id} ${question.event}` : '';
  useEffect(() => {
    tiles.value = [];
    if (!picture || !question) return undefined;
    let isWanted = true;
    void (async () => {
      const found = await questionTiles(picture.subject, question).catch(() => []);
      if (isWanted) tiles.value = found;
    })();
    return () => (isWanted = false);
  }, [picture, key]);
  return tiles.value;
}
