/** One line on what the search understands. */
export const SEARCH_HELP =
  'leak:  arena:16  pool:3  block:4711  class:64  size:>512  size:24..48  op:free  site:audit.py:19  type:dict  name:order  wrong:  0x7f55…  or any word of a name, label or site.';
