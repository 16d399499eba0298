/** A page whose files cannot be had: the service was upgraded under this tab, or is away. */
import { TopBar } from './top-bar.js';

export function StalePage() {
  return (
    <>
      <TopBar />
      <main class="stale-page">
        <h1>This page is of another build</h1>
        <p class="quiet">The service was upgraded while this tab was open, or it does not answer.</p>
        <button class="button primary large" type="button" onClick={() => location.reload()}>
          Reload
        </button>
      </main>
    </>
  );
}
