import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { pythonSize } from '../python/python-size.js';
import { parseVersion } from '../python/versions.js';
import { recordedBuilds, recordedSizes } from './recorded-sizes.js';
import { sampleOf, samples } from './samples.js';

interface Linux {
  readonly versions: readonly string[];
  readonly getsizeof: Readonly<Record<string, Readonly<Record<string, number>>>>;
}
interface Wasm {
  readonly version: string;
  readonly objects: Readonly<Record<string, { readonly getsizeof: number }>>;
}

const fixture = (name: string): unknown => JSON.parse(readFileSync(`test/fixtures/sizeof/${name}`, 'utf8'));
const linux = fixture('sizes.json') as Linux;
const wasm = fixture('sizes-wasm32-3.14.json') as Wasm;

const onLinux = Object.entries(linux.getsizeof).flatMap(([label, sizes]) =>
  Object.entries(sizes).map(([version, size]) => [label, version, size] as const),
);

function computed(label: string, version: string, dataModel: string) {
  const { type, n, variant } = sampleOf(label, parseVersion(version));
  return pythonSize(type, { version, dataModel, n, variant });
}

describe('the sizes that were recorded', () => {
  it('has 102 samples of nine CPythons on 64-bit Linux and one on 32-bit WebAssembly', () => {
    expect(onLinux).toHaveLength(102 * 9);
    expect(Object.keys(wasm.objects)).toHaveLength(102);
    expect(Object.keys(samples).sort()).toEqual(Object.keys(linux.getsizeof).sort());
  });

  it.each(onLinux)('computes %s of CPython %s on 64-bit Linux', (label, version, size) => {
    expect(computed(label, version, 'linux-64').size).toBe(size);
  });

  it.each(Object.entries(wasm.objects))('computes %s of CPython 3.14 on 32-bit', (label, { getsizeof }) => {
    expect(computed(label, wasm.version, '32-bit').size).toBe(getsizeof);
  });

  it('marks every one of them measured, with what was recorded', () => {
    for (const [label, version, size] of onLinux) {
      expect(computed(label, version, 'linux-64')).toMatchObject({ evidence: 'measured', recorded: { size } });
    }
    for (const [label, { getsizeof }] of Object.entries(wasm.objects)) {
      const answer = computed(label, wasm.version, '32-bit');
      expect(answer).toMatchObject({ evidence: 'measured', recorded: { size: getsizeof, build: wasm.version } });
    }
  });

  it('carries the same numbers with it as the recordings', () => {
    const carried = recordedSizes.flatMap(([label, sizes]) =>
      sizes.map((size, index) => [label, recordedBuilds[index]?.version, size]),
    );
    const recorded = [
      ...onLinux,
      ...Object.entries(wasm.objects).map(([label, { getsizeof }]) => [label, wasm.version, getsizeof]),
    ];
    expect(new Set(carried.map(String))).toEqual(new Set(recorded.map(String)));
  });
});
