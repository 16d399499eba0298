/** The way of an arrow from a variable or field to an object, in pixels of the diagram; measured boxes in, an SVG path out. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Pixels between the arrowheads of several references to one object. */
const APART = 16;
/** An arrow stops so far before the object that it points to. */
const SHORT = 3;

/**
 * @param from the dot in the variable
 * @param to the object
 * @param nth of `count` arrows into this object from the side, 0 first
 */
export function edgePath(from: Box, to: Box, nth: number, count: number): string {
  const x = from.x + from.width / 2;
  const y = from.y + from.height / 2;
  if (to.x >= x) {
    const room = Math.max(0, to.height - 16);
    const apart = count > 1 ? Math.min(APART, room / (count - 1)) : 0;
    const endX = to.x - SHORT;
    const endY = to.y + to.height / 2 + (nth - (count - 1) / 2) * apart;
    const bend = Math.max(24, (endX - x) / 2);
    return `M${x} ${y}C${x + bend} ${y} ${endX - bend} ${endY} ${endX} ${endY}`;
  }
  const isInside = x >= to.x && x <= to.x + to.width && y >= to.y && y <= to.y + to.height;
  const right = to.x + to.width;
  if (isInside) {
    // To itself: out at the right, and back in above.
    return `M${x} ${y}C${right + 44} ${y} ${right + 44} ${to.y + 14} ${right + SHORT} ${to.y + 14}`;
  }
  const isBelow = to.y > y && to.y - y < 90 && x <= right;
  if (isBelow) {
    const endX = Math.max(to.x + 20, right - 40 - nth * APART);
    const endY = to.y - SHORT;
    const bend = (endY - y) / 2;
    return `M${x} ${y}C${x} ${y + bend} ${endX} ${endY - bend} ${endX} ${endY}`;
  }
  // Up, or past what lies between: around the right side.
  const out = Math.max(x, right) + 30 + Math.min(60, Math.abs(to.y - y) / 8) + nth * 6;
  const endY = to.y + to.height / 2 + (nth - (count - 1) / 2) * Math.min(APART, to.height / Math.max(1, count));
  return `M${x} ${y}C${out} ${y} ${out} ${endY} ${right + SHORT} ${endY}`;
}
