import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './shell/tokens.css';
import './shell/shell.css';
import { render } from 'preact';
import { ErrorBoundary, LocationProvider, Route, Router } from 'preact-iso';
import { HeapPage } from './pages/heap/heap-page.js';
import { HomePage } from './pages/front/home-page.js';
import { NotFoundPage } from './pages/not-found-page.js';

function App() {
  return (
    <LocationProvider>
      <ErrorBoundary>
        <Router>
          <Route path="/" component={HomePage} />
          <Route path="/r/:id" component={HeapPage} kind="run" />
          <Route path="/s/:id" component={HeapPage} kind="session" />
          <Route default component={NotFoundPage} />
        </Router>
      </ErrorBoundary>
    </LocationProvider>
  );
}

const place = document.getElementById('app');
if (place) render(<App />, place);
