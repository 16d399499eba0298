/** The source with the line where the program is. */
import type { ProgramSource } from '@heapcast/contracts';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { languageOf, tokensOf } from './source-tokens.js';

/** What is said beside a line. */
export interface LineNote {
  readonly text: string;
  readonly isAlert: boolean;
}

interface SourcePaneProps {
  readonly source: ProgramSource;
  /** 0 = not known. */
  readonly line: number;
  readonly notes?: ReadonlyMap<number, readonly LineNote[]>;
  /** Above the lines. */
  readonly children?: ComponentChildren;
}

export function SourcePane({ source, line, notes, children }: SourcePaneProps) {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const row = list.current?.children[line - 1];
    row?.scrollIntoView({ block: 'nearest' });
  }, [line]);
  const language = languageOf(source.file);
  const lines = source.text.replace(/\n$/, '').split('\n');
  return (
    <section class="source" aria-label={`Source, ${source.file}`} tabIndex={0}>
      {children}
      <ol ref={list}>
        {lines.map((text, i) => (
          <li key={i} class={i + 1 === line ? 'on' : undefined} aria-current={i + 1 === line ? 'step' : undefined}>
            <span class="nr">{i + 1}</span>
            <code>
              {tokensOf(text, language).map(({ kind, text: piece }, at) =>
                kind === 'plain' ? (
                  piece
                ) : (
                  <span key={at} class={`token-${kind}`}>
                    {piece}
                  </span>
                ),
              )}
            </code>
            {notes?.get(i + 1)?.map((note, at) => (
              <span key={at} class={note.isAlert ? 'line-note alert' : 'line-note'}>
                {note.text}
              </span>
            ))}
          </li>
        ))}
      </ol>
    </section>
  );
}
