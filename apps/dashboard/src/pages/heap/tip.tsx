/** A small text beside the pointer. */
import type { Signal } from '@preact/signals';

export interface TipText {
  readonly x: number;
  readonly y: number;
  readonly lines: readonly string[];
}

export function Tip({ text }: { readonly text: Signal<TipText | null> }) {
  if (!text.value) return null;
  const { x, y, lines } = text.value;
  const isFarRight = x > innerWidth - 320;
  const isLow = y > innerHeight - 140;
  return (
    <div
      class="tip"
      style={{
        left: isFarRight ? 'auto' : `${x + 14}px`,
        right: isFarRight ? `${innerWidth - x + 14}px` : 'auto',
        top: isLow ? 'auto' : `${y + 14}px`,
        bottom: isLow ? `${innerHeight - y + 14}px` : 'auto',
      }}
    >
      {lines.filter((line) => line !== '').join('\n')}
    </div>
  );
}
