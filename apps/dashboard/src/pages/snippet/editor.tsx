/**
 * A plain editor: a text field, with the same text coloured behind it and its lines numbered. Tab indents; Escape, then Tab, leaves it.
 * Nothing of it needs a style in the page, so the page's policy holds.
 */
import { useEffect, useRef } from 'preact/hooks';
import type { Language } from '../../service/snippets.js';
import { tokensOf } from '../program/source-tokens.js';
import './editor.css';

interface EditorProps {
  readonly value: string;
  readonly language: Language;
  /** Lines that are marked, with what is said of them. */
  readonly marks: ReadonlyMap<number, string>;
  readonly onInput: (text: string) => void;
  /** Control and Enter. */
  readonly onRun: () => void;
}

const INDENT = '    ';

export function Editor({ value, language, marks, onInput, onRun }: EditorProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  const behind = useRef<HTMLDivElement>(null);
  const leaving = useRef(false);
  const scroll = (): void => {
    const { current: shown } = behind;
    if (!shown || !field.current) return;
    shown.scrollTop = field.current.scrollTop;
    shown.scrollLeft = field.current.scrollLeft;
  };
  useEffect(scroll, [value]);
  const insert = (text: string): void => {
    const { current: area } = field;
    if (!area) return;
    area.setRangeText(text, area.selectionStart, area.selectionEnd, 'end');
    onInput(area.value);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const { current: area } = field;
    if (!area) return;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      return onRun();
    }
    if (event.key === 'Tab' && !event.shiftKey && !leaving.current) {
      event.preventDefault();
      return insert(INDENT);
    }
    leaving.current = event.key === 'Escape' || (event.key === 'Tab' && event.shiftKey);
    if (event.key === 'Enter' && !event.isComposing) {
      const before = area.value.slice(0, area.selectionStart);
      const line = before.slice(before.lastIndexOf('\n') + 1);
      const indent = /^[ \t]*/.exec(line)?.[0] ?? '';
      const deeper = /[:{]\s*$/.test(line) ? (language === 'python' ? INDENT : '  ') : '';
      if (indent + deeper === '') return;
      event.preventDefault();
      insert(`\n${indent}${deeper}`);
    }
  };
  const lines = value.split('\n');
  const kind = language === 'python' ? 'python' : 'c';
  return (
    <div class="editor">
      <div ref={behind} class="editor-behind" aria-hidden="true">
        <ol>
          {lines.map((line, i) => (
            <li key={i} class={marks.has(i + 1) ? 'marked' : undefined}>
              <span class="nr">{i + 1}</span>
              <code>
                {tokensOf(line, kind).map(({ kind: look, text }, at) => (
                  <span key={at} class={`token-${look}`}>
                    {text}
                  </span>
                ))}
              </code>
            </li>
          ))}
        </ol>
      </div>
      <textarea
        ref={field}
        aria-label="Program"
        aria-describedby="editor-help"
        value={value}
        spellcheck={false}
        autoCapitalize="off"
        autoComplete="off"
        autoCorrect="off"
        wrap="off"
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
        onScroll={scroll}
        onKeyDown={onKeyDown}
        onBlur={() => (leaving.current = false)}
      />
      <p id="editor-help" class="unseen">
        Tab indents. Escape, then Tab, leaves the field. Control and Enter run it.
      </p>
      {marks.size > 0 && (
        <ul class="editor-marks">
          {[...marks].map(([line, text]) => (
            <li key={line}>
              <b class="num">Line {line}</b> <bdi>{text}</bdi>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
