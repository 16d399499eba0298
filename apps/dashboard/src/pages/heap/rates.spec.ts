import { describe, expect, it } from '@jest/globals';
import { ratesLabel, ratesOf } from './rates.js';

const RATES = { edges: [0, 10, 20, 30], asked: [10, 5, 5], freed: [0, 5, 5] };

describe('the rate of requests', () => {
  it('is per second where the recording has times', () => {
    const rates = { ...RATES, nanoseconds: [1000, 1_000_000, 0] };
    expect(ratesOf(rates)).toEqual([10_000_000, 5000, 0]);
    expect(ratesLabel(rates)).toBe('allocations per second, up to 10.0M');
  });

  it('is a share of the events where it has none', () => {
    const rates = { ...RATES, nanoseconds: null };
    expect(ratesOf(rates)).toEqual([1, 0.5, 0.5]);
    expect(ratesLabel(rates)).toBe('requests for memory, up to 100% of the events');
  });
});
