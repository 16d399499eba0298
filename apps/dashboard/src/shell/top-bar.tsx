/**
 * The bar above every page: the way home, what is open, its views, who is here, sharing, the theme.
 *
 *     <TopBar title={name} about="cpython-3.12" views={{ kind, id, current: 'heap', runs: session.kind }}>{presence}</TopBar>
 */
import type { ComponentChildren } from 'preact';
import { Icon } from './icons.js';
import mark from './mark.svg';
import { ShareButton } from './share-button.js';
import { theme, turnTheme } from './theme.js';
import { type Views, ViewTabs } from './view-tabs.js';

interface TopBarProps {
  readonly title?: string;
  readonly about?: string;
  /** The session or run that is open; its views stand beside each other, and its address can be shared. */
  readonly views?: Views;
  readonly children?: ComponentChildren;
}

export function TopBar({ title, about, views, children }: TopBarProps) {
  return (
    <header class="top-bar">
      <a class="brand" href="/" aria-label="Heapcast">
        <img src={mark} width="20" height="20" alt="" />
        <span>Heapcast</span>
      </a>
      {title !== undefined && (
        <span class="title">
          {title}
          <small>{about}</small>
        </span>
      )}
      {views && <ViewTabs views={views} />}
      <span class="grow" />
      {children}
      {/* Into a class one comes by its code. */}
      {views && views.current !== 'class' && <ShareButton />}
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
