/**
 * Named free lists. The four fits differ in nothing but the fit, so that they can be compared; the others are allocators
 * that textbooks describe. All are known from documents, none from a recording.
 */
import type { ProfileDescription } from '../contract.js';
import type { FreelistOptions } from './options.js';

/** A 64-bit textbook allocator: 16 bytes of header and alignment, split whenever a remainder can hold 16 bytes. */
export const textbook: FreelistOptions = {
  fit: 'first',
  order: 'address',
  split: 32,
  take: 'low',
  coalesce: 'immediate',
  rover: null,
  headerSize: 16,
  alignment: 16,
  growthStep: 65_536,
  trim: null,
  mappedLimit: null,
};

type Preset = Omit<ProfileDescription, 'options'> & { readonly options: FreelistOptions };

function profile(name: string, title: string, options: Partial<FreelistOptions>, note?: string): Preset {
  return { name, title, evidence: 'documented', options: { ...textbook, ...options }, note };
}

export const presets: readonly Preset[] = [
  profile('first-fit', 'First fit, list in address order', {}),
  profile('next-fit', 'Next fit: first fit that goes on where it last stopped', { fit: 'next', rover: 'stays' }),
  profile('best-fit', 'Best fit: the smallest block that is large enough', { fit: 'best' }),
  profile('worst-fit', 'Worst fit: always the largest block', { fit: 'worst' }),
  profile(
    'kr',
    'The storage allocator of Kernighan and Ritchie',
    { fit: 'next', rover: 'follows', split: 16, take: 'high', growthStep: 16_384 },
    'The C Programming Language, 2nd edition, section 8.7, on a 64-bit machine (a header of 16 bytes, NALLOC = 1024 ' +
      'headers). The tail end of a block is handed out; a search starts where the last search or free was. The book ' +
      'has no realloc: that is this model’s own.',
  ),
  profile(
    'osteps-style',
    'A heap of 100 bytes to think about on paper',
    { fit: 'best', split: 1, coalesce: 'none', headerSize: 0, alignment: 1, growthStep: 100, mappedLimit: 100 },
    'The defaults of the free-space simulator that goes with "Operating Systems: Three Easy Pieces" (chapter 17): best ' +
      'fit, no header, no alignment, no coalescing, no growth.',
  ),
  profile(
    'implicit-list',
    'Boundary tags and 4 KiB steps, as a course on systems builds them',
    { headerSize: 8, alignment: 8, split: 16, growthStep: 4096 },
    'The first-fit allocator of "Computer Systems: A Programmer’s Perspective" (section 9.9.12): header and footer of 4 ' +
      'bytes each (told here as one header of 8), blocks of at least 16 bytes, both neighbours merged at once.',
  ),
  profile('explicit-lifo', 'First fit, last freed comes first', { order: 'lifo' }),
  profile(
    'deferred',
    'Last freed comes first, neighbours merged only when nothing fits',
    { order: 'lifo', coalesce: 'deferred' },
    'Frees are as cheap as they can be; the bill comes at the request that finds no fit.',
  ),
  profile(
    'no-coalescing',
    'First fit that never merges',
    { coalesce: 'none' },
    'Shows what external fragmentation is.',
  ),
  profile(
    'never-split',
    'Best fit that hands out whole blocks',
    { fit: 'best', split: null },
    'Shows what internal fragmentation is.',
  ),
  profile(
    'give-back',
    'First fit that returns the top of the heap',
    { growthStep: 131_072, trim: 131_072 },
    'Thresholds as glibc documents them for M_TOP_PAD and M_TRIM_THRESHOLD: 128 KiB. One block at the top pins all below.',
  ),
  profile(
    'small-device',
    'A fixed heap of 64 KiB',
    { headerSize: 8, alignment: 8, split: 16, growthStep: 65_536, mappedLimit: 65_536 },
    'All memory is taken at once; what does not fit is out of memory.',
  ),
];
