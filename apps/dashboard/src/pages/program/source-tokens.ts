/** Words of Python, C and C++ that are told apart by colour. It knows no grammar: strings, comments, keywords. */
export type TokenKind = 'plain' | 'keyword' | 'text' | 'comment';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const PYTHON =
  'and as assert async await break class continue def del elif else except False finally for from global if import in is lambda None nonlocal not or pass print raise return True try while with yield';
const C =
  'auto bool break case catch char class const continue default delete do double else enum extern false float for if inline int long namespace new nullptr operator private public return short signed sizeof static struct switch template this throw true try typedef union unsigned using virtual void volatile while';

const WORDS = { python: new Set(PYTHON.split(' ')), c: new Set(C.split(' ')) };
const COMMENTS = { python: '#[^\\n]*', c: '//[^\\n]*|/\\*.*?\\*/' };
const TEXT = `"(?:[^"\\\\]|\\\\.)*"?|'(?:[^'\\\\]|\\\\.)*'?`;
const PATTERNS = {
  python: new RegExp(`(${COMMENTS.python})|(${TEXT})|([A-Za-z_]\\w*)`, 'g'),
  c: new RegExp(`(${COMMENTS.c})|(${TEXT})|([A-Za-z_]\\w*)`, 'g'),
};
/** A line longer than this is not taken apart. */
const LONGEST = 2000;

export function languageOf(file: string): 'python' | 'c' {
  return /\.(c|cc|cpp|cxx|h|hpp)$/i.test(file) ? 'c' : 'python';
}

/** The pieces of one line; joined they are the line. */
export function tokensOf(line: string, language: 'python' | 'c'): readonly Token[] {
  if (line.length > LONGEST) return [{ kind: 'plain', text: line }];
  const tokens: Token[] = [];
  let at = 0;
  const plainUpTo = (end: number): void => {
    if (end > at) tokens.push({ kind: 'plain', text: line.slice(at, end) });
  };
  for (const match of line.matchAll(PATTERNS[language])) {
    const [text, comment, string, word] = match;
    if (word !== undefined && !WORDS[language].has(word)) continue;
    plainUpTo(match.index);
    const kind = comment === undefined ? (string === undefined ? 'keyword' : 'text') : 'comment';
    tokens.push({ kind, text });
    at = match.index + text.length;
  }
  plainUpTo(line.length);
  return tokens;
}
