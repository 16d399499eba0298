import type { ComponentChildren } from 'preact';
import { Icon } from './icons.js';
import mark from './mark.svg';
import { theme, turnTheme } from './theme.js';

interface TopBarProps {
  readonly title?: string;
  readonly about?: string;
  readonly children?: ComponentChildren;
}

export function TopBar({ title, about, children }: TopBarProps) {
  return (
    <header class="top-bar">
      <a class="brand" href="/">
        <img src={mark} width="20" height="20" alt="" />
        Heapcast
      </a>
      {title !== undefined && (
        <span class="title">
          {title}
          <small>{about}</small>
        </span>
      )}
      <span class="grow" />
      {children}
      <button
        class="button icon"
        type="button"
        aria-label={theme.value === 'light' ? 'Dark colours' : 'Light colours'}
        onClick={turnTheme}
      >
        <Icon name="theme" />
      </button>
    </header>
  );
}
