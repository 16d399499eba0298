/** How lives are counted: in buckets that double in width. */

/** Buckets of a histogram by powers of two: bucket 0 counts 0, bucket b counts 2^(b-1) … 2^b - 1. */
export const EVENT_BUCKETS = 33;
export const TIME_BUCKETS = 55;

/** 0 -> 0; 2^(b-1) … 2^b - 1 -> b. */
export function bucketOf(value: number): number {
  return value < 0x8000_0000 ? 32 - Math.clz32(value) : 63 - Math.clz32(value / 0x8000_0000);
}
