/** Events that somebody wants to find again: kept in this browser, by run or session, and in the address that is shared. */
interface Named {
  readonly kind: string;
  readonly id: string;
}

const MOST = 50;
const key = ({ kind, id }: Named): string => `heapcast.bookmarks.${kind}.${id}`;

/** `100,2500` */
export function readBookmarks(text: string | null): readonly number[] {
  if (text === null || !/^\d{1,15}(,\d{1,15}){0,49}$/.test(text)) return [];
  return [...new Set(text.split(',').map(Number))].sort((a, b) => a - b);
}

/** Those of this browser and those of the address. */
export function bookmarksOf(subject: Named): readonly number[] {
  const shared = readBookmarks(new URLSearchParams(location.search).get('marks'));
  return [...new Set([...readBookmarks(localStorage.getItem(key(subject))), ...shared])].sort((a, b) => a - b);
}

export function addBookmark(subject: Named, at: number): readonly number[] {
  return keep(subject, [...bookmarksOf(subject), at].slice(-MOST));
}

export function removeBookmark(subject: Named, at: number): readonly number[] {
  return keep(
    subject,
    bookmarksOf(subject).filter((seq) => seq !== at),
  );
}

function keep(subject: Named, bookmarks: readonly number[]): readonly number[] {
  const sorted = [...new Set(bookmarks)].sort((a, b) => a - b);
  if (sorted.length === 0) localStorage.removeItem(key(subject));
  else localStorage.setItem(key(subject), sorted.join(','));
  return sorted;
}
