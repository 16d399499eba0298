/** A class page without a place in the class: another browser, or somebody who was removed. */
import { TopBar } from '../../shell/top-bar.js';
import './open-class.css';

export function NotAMember({ why }: { readonly why?: string | null }) {
  return (
    <>
      <TopBar />
      <main class="new-class">
        <div>
          <h1>You are not in this class here</h1>
          <p class="about">
            {why ??
              'A class knows you by the browser in which you opened or joined it. Join with the code on the board.'}
          </p>
          <a class="button primary large" href="/join">
            Join with a code
          </a>
        </div>
      </main>
    </>
  );
}
