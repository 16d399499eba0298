import { TopBar } from '../shell/top-bar.js';

export function NotFoundPage() {
  return (
    <>
      <TopBar />
      <main class="home-hero">
        <div>
          <h1>There is nothing here</h1>
          <p>
            <a href="/">To the start</a>
          </p>
        </div>
      </main>
    </>
  );
}
