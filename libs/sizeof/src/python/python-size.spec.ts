import { describe, expect, it } from '@jest/globals';
import { dataModels } from '../c/data-models.js';
import { pythonSize } from './python-size.js';
import { isIn, pythonTypes } from './registry.js';
import { gcHeadBytes, structLayout, structNames } from './structs.js';
import { inRange, parseVersion, versions } from './versions.js';

const size = (type: string, version: string, dataModel: string, n?: number, variant?: string) =>
  pythonSize(type, { version, dataModel, n, variant }).size;

describe('the collector’s header', () => {
  it('is three words up to 3.7, padded for long double where that is wider; two words since', () => {
    const bytes = (version: string) =>
      dataModels.map((model) => gcHeadBytes({ version: parseVersion(version), model }));
    // LP64: 24 up to 32; LLP64: long double is a double; WebAssembly: 12 up to 16; i386: 12.
    expect(bytes('2.7')).toEqual([32, 24, 16, 12]);
    expect(bytes('3.7')).toEqual([32, 24, 16, 12]);
    expect(bytes('3.8')).toEqual([16, 16, 8, 8]);
  });
});

describe('sizes on other platforms than the recorded ones', () => {
  it('are those that 64-bit Windows is known for: 2.7 holds hashes in a C long of four bytes', () => {
    expect(size('str', '2.7', 'windows-64', 0)).toBe(33);
    expect(size('list', '2.7', 'windows-64', 0)).toBe(64);
    expect(size('unicode', '2.7', 'windows-64', 1)).toBe(52);
    expect(size('str', '3.11', 'windows-64', 0)).toBe(49);
    expect(size('dict', '3.13', 'windows-64', 0)).toBe(64);
  });

  it('are those that 32-bit Linux is known for: 21 bytes of an empty str, 12 of an int, 32 of an empty list of 2.7', () => {
    expect(size('str', '2.7', 'linux-32', 0)).toBe(21);
    expect(size('int', '2.7', 'linux-32', 1)).toBe(12);
    expect(size('list', '2.7', 'linux-32', 0)).toBe(32);
  });

  it('count digits of 15 bits on 32-bit up to 3.10, of 30 since', () => {
    expect(size('int', '3.10', '32-bit', 16)).toBe(16);
    expect(size('int', '3.11', '32-bit', 16)).toBe(16);
    expect(size('int', '3.10', '32-bit', 31)).toBe(18);
    expect(size('int', '3.11', '32-bit', 31)).toBe(20);
  });

  it('make a long of an int of 2.7 that does not fit into a C long', () => {
    expect([63, 64].map((bits) => size('int', '2.7', 'linux-64', bits))).toEqual([24, 36]);
    expect([31, 32].map((bits) => size('int', '2.7', 'windows-64', bits))).toEqual([24, 32]);
  });
});

describe('every type', () => {
  it('has a size on each version and platform, and asks for at least what is counted unless it is static', () => {
    for (const type of pythonTypes) {
      for (const version of versions.filter((one) => isIn(type, one))) {
        for (const { name } of dataModels) {
          for (const variant of type.variants?.map((one) => one.name) ?? [undefined]) {
            const answer = pythonSize(type.name, { version, dataModel: name, variant });
            const requested = answer.requests.reduce((sum, { bytes, times }) => sum + bytes * times, 0);
            const isStatic = answer.requests.every(({ domain }) => domain === 'static');
            expect(answer.size).toBeGreaterThan(0);
            expect([type.name, version, isStatic ? 0 : requested >= answer.size]).toEqual([
              type.name,
              version,
              isStatic ? 0 : true,
            ]);
          }
        }
      }
    }
  });

  it('has a formula that adds up', () => {
    for (const type of pythonTypes.filter((one) => isIn(one, '3.13'))) {
      const { formula, size: bytes } = pythonSize(type.name, { version: '3.13', dataModel: 'lp64' });
      const sum = formula.split(' + ').reduce((total, term) => {
        return total + term.split(' * ').reduce((product, factor) => product * Number(factor), 1);
      }, 0);
      expect([type.name, sum]).toEqual([type.name, bytes]);
    }
  });

  it('is known by its aliases', () => {
    for (const { name, aliases = [], range } of pythonTypes) {
      const version = range ?? '3.13';
      for (const alias of aliases) {
        expect(pythonSize(alias, { version, dataModel: 'lp64' }).type).toBe(name);
      }
    }
  });

  it('is asked with a count and a variant that it has, or refused', () => {
    expect(() => size('list', '3.13', 'lp64', 1.5)).toThrow('n must be a whole number');
    expect(() => size('list', '3.13', 'lp64', 1e12)).toThrow('n must be a whole number from 0 to 1000000000');
    expect(() => size('None', '3.13', 'lp64', 1)).toThrow('n has no meaning for NoneType');
    expect(() => size('None', '3.13', 'lp64', undefined, 'x')).toThrow('variant has no meaning for NoneType');
    expect(() => size('constructor', '3.13', 'lp64')).toThrow('type is not a Python or C type known here');
    expect(() => size('list', '3.5', 'lp64')).toThrow('version is not one of');
    expect(() => size('long', '3.6', 'lp64')).toThrow('version 3.6 has no type long');
  });
});

describe('struct texts', () => {
  it('can all be laid out on every version and platform, members in order and without overlap', () => {
    for (const name of structNames()) {
      for (const version of versions) {
        for (const model of dataModels) {
          let end = 0;
          for (const { offset, size: bytes, padding } of structLayout(name, { version, model }).fields) {
            expect([name, version, offset]).toEqual([name, version, end]);
            end = offset + bytes + padding;
          }
        }
      }
    }
  });

  it('read ranges of versions', () => {
    expect(versions.filter((version) => inRange(version, '2.7,3.8-3.9,3.13+'))).toEqual([
      '2.7',
      '3.8',
      '3.9',
      '3.13',
      '3.14',
    ]);
    expect(() => inRange('3.8', '3.5+')).toThrow('"3.5+" is no range of versions');
  });
});
