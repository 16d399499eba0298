import { describe, expect, it } from '@jest/globals';
import { searchQuery } from './search-words.js';

describe('what is typed into the search', () => {
  it.each([
    ['leak:', 'leaked=true'],
    ['arena:16 op:free', 'arena=16&op=free'],
    ['arena:A16', 'arena=16'],
    ['site:audit.py:19', 'site=audit.py%3A19'],
    ['size:>512', 'minSize=513'],
    ['size:<=64', 'maxSize=64'],
    ['size:64..512', 'minSize=64&maxSize=512'],
    ['size:24', 'minSize=24&maxSize=24'],
    ['class:64 type:dict', 'blockSize=64&name=dict%23'],
    ['0x7f550000', 'address=0x7f550000'],
    ['build report', 'text=build+report'],
    ['', ''],
  ])('%s', (typed, query) => {
    expect(searchQuery(typed)).toEqual({ query, unknown: [] });
  });

  it('that means nothing is named', () => {
    expect(searchQuery('arena:x size:many colour:red leak:').unknown).toEqual(['arena:x', 'size:many', 'colour:red']);
  });
});
