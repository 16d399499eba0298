/** The frame of the pages that are held in a hand: the mark, who one is, and one column. */
import type { ComponentChildren } from 'preact';
import mark from '../../shell/mark.svg';
import { Icon } from '../../shell/icons.js';
import { theme, turnTheme } from '../../shell/theme.js';
import './class.css';
import './phone.css';

interface PhoneProps {
  /** At the right of the mark. */
  readonly corner?: ComponentChildren;
  readonly children?: ComponentChildren;
}

export function Phone({ corner, children }: PhoneProps) {
  return (
    <div class="phone">
      <header class="phone-head">
        <a class="brand" href="/">
          <img src={mark} width="26" height="26" alt="" />
          Heapcast
        </a>
        <span class="grow" />
        {corner}
        <button
          class="phone-theme"
          type="button"
          aria-label={theme.value === 'light' ? 'Dark colours' : 'Light colours'}
          onClick={turnTheme}
        >
          <Icon name="theme" />
        </button>
      </header>
      {children}
    </div>
  );
}
