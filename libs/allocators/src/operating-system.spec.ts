import { beforeEach, describe, expect, it } from '@jest/globals';
import { OperatingSystem } from './operating-system.js';

const MIB = 2 ** 20;
const SPACE = { regionBytes: MIB, alignment: 16_384, misalignment: [3, 0, 1], limit: 3 * MIB };

describe('the simulated operating system', () => {
  let os: OperatingSystem;
  beforeEach(() => {
    os = new OperatingSystem(SPACE);
  });

  it('gives every region the next ordinal and a base that follows from it', () => {
    expect([os.map(0, 0, MIB), os.map(1, 1, MIB)]).toEqual([0, 1]);
    os.unmap(2, 0, 0, MIB);
    expect(os.map(3, 0, MIB)).toBe(2);
    const bases = [0, 1, 2].map((region) => os.base(region));
    expect(bases[1] - bases[0]).toBeGreaterThanOrEqual(MIB);
    expect(bases[2] - bases[1]).toBeGreaterThanOrEqual(MIB);
    expect(bases.every((base) => base >= 2 ** 46 && base + MIB <= 2 ** 47)).toBe(true);
  });

  it('misses the alignment by as many pages as asked, and tells the way to the first aligned byte', () => {
    expect([0, 1, 2, 3].map((region) => (os.base(region) % 16_384) / 4096)).toEqual([3, 0, 1, 0]);
    expect([0, 1, 2, 3].map((region) => os.lead(region))).toEqual([4096, 0, 12_288, 0]);
    expect([0, 1, 2, 3].every((region) => (os.base(region) + os.lead(region)) % 16_384 === 0)).toBe(true);
  });

  it('bills what is mapped, and says when it would be too much', () => {
    expect(os.allows(3 * MIB)).toBe(true);
    expect(os.allows(3 * MIB, 1)).toBe(false);
    os.map(0, 0, MIB);
    expect(os.mappedBytes).toBe(MIB);
    expect(os.allows(2 * MIB)).toBe(true);
    expect(os.allows(2 * MIB + 1)).toBe(false);
    expect(new OperatingSystem({ ...SPACE, limit: null }).allows(2 ** 50)).toBe(true);
  });

  it('logs mappings until they are taken', () => {
    os.map(7, 4, MIB);
    os.unmap(9, 0, 4, MIB);
    const region = { region: 0, slot: 4, bytes: MIB, base: os.base(0), lead: 4096 };
    expect(os.takeMappings()).toEqual([
      { event: 7, kind: 'map', ...region },
      { event: 9, kind: 'unmap', ...region },
    ]);
    expect(os.takeMappings()).toEqual([]);
  });

  it('moves the end of a region as sbrk does, and logs just the bytes between', () => {
    os.map(0, 0, 4096);
    os.takeMappings();
    os.resize(1, 0, 0, 4096, 12_288);
    os.resize(2, 0, 0, 12_288, 8192);
    expect(os.mappedBytes).toBe(8192);
    expect(os.takeMappings()).toMatchObject([
      { event: 1, kind: 'map', bytes: 8192, base: os.base(0) + 4096 },
      { event: 2, kind: 'unmap', bytes: 4096, base: os.base(0) + 8192 },
    ]);
  });

  it('tells the least and most that requests left mapped, not what was mapped in between', () => {
    os.map(0, 0, MIB);
    os.map(1, 1, MIB);
    os.unmap(1, 0, 0, MIB);
    expect(os.takeRange()).toEqual({ minimum: 0, maximum: MIB });
    os.unmap(2, 1, 1, MIB);
    os.map(3, 0, MIB);
    expect(os.takeRange()).toEqual({ minimum: 0, maximum: MIB });
    expect(os.takeRange()).toEqual({ minimum: MIB, maximum: MIB });
  });

  it('uses the first window of addresses again after the last', () => {
    const large = new OperatingSystem({ ...SPACE, regionBytes: 2 ** 40, alignment: 4096, misalignment: [] });
    const bases = Array.from({ length: 70 }, (_, region) => large.base(region));
    expect(bases.every((base) => base + 2 ** 40 <= 2 ** 47)).toBe(true);
    expect(bases.indexOf(bases[0], 1)).toBeGreaterThan(60);
  });

  it('goes on from a saved state', () => {
    os.map(0, 0, MIB);
    const state = os.save();
    os.map(1, 1, MIB);
    os.restore(state);
    expect([os.mappedBytes, os.takeMappings(), os.map(1, 1, MIB)]).toEqual([MIB, [], 1]);
  });
});
