/** A canvas that is as large as its place, sharp up to twice the pixels, and drawn once per frame at most. */
import type { ComponentProps } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { palette, type Palette } from '../shell/theme.js';
import { fitted, redrawn } from './redrawn.js';

export interface Surface {
  readonly context: CanvasRenderingContext2D;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly colours: Palette;
}

interface CanvasProps extends Omit<ComponentProps<'canvas'>, 'ref'> {
  /** Drawn again whenever a signal that it reads changes. */
  readonly draw: (surface: Surface) => void;
}

export function Canvas({ draw, ...rest }: CanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef(draw);
  latest.current = draw;
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return undefined;
    return redrawn(element, (extent) => {
      const { width, height, ratio } = extent;
      fitted(element, extent);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      latest.current({ context, width, height, colours: palette.value });
      return false;
    });
  }, []);
  return <canvas ref={canvas} {...rest} />;
}
