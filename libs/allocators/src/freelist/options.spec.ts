import { describe, expect, it } from '@jest/globals';
import type { ConfigProblem, ResolvedConfig } from '../contract.js';
import { freelist } from './definition.js';

type Answer = { readonly resolved?: ResolvedConfig; readonly problems?: readonly ConfigProblem[] };

function resolve(options: Record<string, unknown>, profile?: string): Answer {
  return freelist.resolve({ model: 'freelist', profile, options });
}

function problems(options: Record<string, unknown>, profile?: string): string[] {
  return (resolve(options, profile).problems ?? []).map(({ path, message }) => `${path}: ${message}`);
}

describe('a freelist configuration', () => {
  it('is first fit when nothing is said', () => {
    expect(resolve({}).resolved).toMatchObject({ profile: 'first-fit', options: { fit: 'first', order: 'address' } });
  });

  it('takes what a client gives over what the profile presets', () => {
    const { resolved } = resolve({ headerSize: 8, mappedLimit: null }, 'small-device');
    expect(resolved?.options).toMatchObject({ headerSize: 8, mappedLimit: null, growthStep: 65_536 });
  });

  it('presets every option it describes in every profile, with a value that it would accept', () => {
    for (const { name, options } of freelist.profiles) {
      expect(Object.keys(options).sort()).toEqual(freelist.options.map((option) => option.name).sort());
      expect(problems(options, name)).toEqual([]);
    }
  });

  it('marks every profile as documented: none was recorded', () => {
    expect(new Set(freelist.profiles.map(({ evidence }) => evidence))).toEqual(new Set(['documented']));
  });

  it('gives next fit a rover, and drops it when the fit is another', () => {
    expect(resolve({ fit: 'next' }).resolved?.options.rover).toBe('stays');
    expect(resolve({}, 'kr').resolved?.options.rover).toBe('follows');
    expect(resolve({ fit: 'best' }, 'kr').resolved?.options.rover).toBeNull();
  });

  it('says all that is wrong at once, and where', () => {
    expect(problems({ fit: 'good', split: -1, alignment: 24, growthStep: 0.5, colour: 'red' })).toEqual([
      'options.fit: must be one of: first, next, best, worst',
      'options.split: must be a whole number from 1 to 140737488355328, or null',
      'options.alignment: must be a power of two',
      'options.growthStep: must be a whole number from 1 to 1073741824',
      expect.stringMatching(/^options\.colour: unknown option; known: fit, order, split/),
    ]);
  });

  it.each([
    ['fit', null, 'must not be null'],
    ['fit', 1, 'must be one of'],
    ['rover', 'runs', 'must be one of: stays, follows (or null)'],
    ['headerSize', -1, 'must be a whole number from 0 to 256'],
    ['headerSize', 257, 'must be a whole number from 0 to 256'],
    ['headerSize', '16', 'must be a whole number'],
    ['headerSize', Number.NaN, 'must be a whole number'],
    ['alignment', 0, 'must be a whole number from 1 to 4096'],
    ['alignment', 8192, 'must be a whole number from 1 to 4096'],
    ['growthStep', null, 'must not be null'],
    ['growthStep', 2 ** 31, 'must be a whole number'],
    ['trim', 0, 'must be a whole number from 1'],
    ['mappedLimit', Infinity, 'must be a whole number'],
    ['constructor', 1, 'unknown option'],
  ])('refuses %s = %p', (name, value, message) => {
    expect(problems({ [name]: value })).toEqual([expect.stringContaining(`options.${name}: ${message}`)]);
  });

  it.each<[Record<string, unknown>, string | undefined, string, string]>([
    [{ rover: 'stays' }, 'first-fit', 'options.rover', 'only next fit has a rover'],
    [{ fit: 'worst', rover: 'follows' }, 'kr', 'options.rover', 'only next fit has a rover'],
    [{ rover: null }, 'next-fit', 'options.rover', 'next fit needs a rover'],
    [{ split: 8 }, 'first-fit', 'options.split', 'cannot hold its own header of 16 bytes'],
    [{ headerSize: 40 }, 'first-fit', 'options.headerSize', 'a remainder of 32 bytes'],
    [{ growthStep: 100 }, 'first-fit', 'options.growthStep', 'not a multiple of alignment 16'],
    [{ alignment: 64 }, 'osteps-style', 'options.alignment', 'growthStep 100 is not a multiple of alignment 64'],
    [{ mappedLimit: 65_535 }, 'first-fit', 'options.mappedLimit', 'the first growth takes 65536 bytes'],
    [{ growthStep: 131_072 }, 'small-device', 'options.growthStep', 'mappedLimit is 65536'],
    [{ headerSize: 4, mappedLimit: 65_536 }, 'first-fit', 'options.mappedLimit', 'the first growth takes 65548 bytes'],
  ])('refuses %p on %s', (options, profile, path, message) => {
    const { problems: found = [] } = resolve(options, profile);
    expect(found).toContainEqual({ path, message: expect.stringContaining(message) });
  });

  it('serves a limit that just holds the first growth, and what fits into it', () => {
    expect(problems({ mappedLimit: 65_536 })).toEqual([]);
    expect(problems({ headerSize: 4, mappedLimit: 65_548 })).toEqual([]);
  });

  it('creates nothing from a configuration that was not resolved', () => {
    const { resolved } = resolve({});
    const broken = { ...resolved!, options: { ...resolved!.options, alignment: 3 } };
    expect(() => freelist.create(broken, { arenaMisalignment: new Uint8Array(0) })).toThrow('must be a power of two');
  });
});
