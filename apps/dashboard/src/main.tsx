import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './shell/tokens.css';
import './shell/shell.css';
import { render } from 'preact';
import { ErrorBoundary, LocationProvider, Route, Router } from 'preact-iso';
import { NotFoundPage } from './pages/not-found-page.js';
import { lazyPage } from './shell/lazy-page.js';

// One line per page. Which files that is the service knows, too: apps/api/src/dashboard/page-files.ts.
const HomePage = lazyPage(async () => (await import('./pages/front/home-page.js')).HomePage);
const HeapPage = lazyPage(async () => (await import('./pages/heap/heap-page.js')).HeapPage);
const LifetimesPage = lazyPage(async () => (await import('./pages/lifetimes/lifetimes-page.js')).LifetimesPage);
const LeaksPage = lazyPage(async () => (await import('./pages/leaks/leaks-page.js')).LeaksPage);
const ProgramPage = lazyPage(async () => (await import('./pages/program/program-page.js')).ProgramPage);
const SnippetPage = lazyPage(async () => (await import('./pages/snippet/snippet-page.js')).SnippetPage);
const ComparePage = lazyPage(async () => (await import('./pages/compare/compare-page.js')).ComparePage);
const PartyPage = lazyPage(async () => (await import('./pages/party/party-page.js')).PartyPage);
const ScenarioPage = lazyPage(async () => (await import('./pages/scenario/scenario-page.js')).ScenarioPage);
const ToyPartyPage = lazyPage(async () => (await import('./pages/party/toy-party-page.js')).ToyPartyPage);
const TeacherPage = lazyPage(async () => (await import('./pages/class/teacher-page.js')).TeacherPage);
const NewClassPage = lazyPage(async () => (await import('./pages/class/new-class-page.js')).NewClassPage);
const ScreenPage = lazyPage(async () => (await import('./pages/class/screen-page.js')).ScreenPage);
const JoinPage = lazyPage(async () => (await import('./pages/class/join-page.js')).JoinPage);
const LivePage = lazyPage(async () => (await import('./pages/class/live-page.js')).LivePage);

function App() {
  return (
    <LocationProvider>
      <ErrorBoundary>
        <Router>
          <Route path="/" component={HomePage} />
          <Route path="/r/:id" component={HeapPage} kind="run" />
          <Route path="/s/:id" component={HeapPage} kind="session" />
          <Route path="/r/:id/lifetimes" component={LifetimesPage} kind="run" />
          <Route path="/s/:id/lifetimes" component={LifetimesPage} kind="session" />
          <Route path="/r/:id/leaks" component={LeaksPage} kind="run" />
          <Route path="/s/:id/leaks" component={LeaksPage} kind="session" />
          <Route path="/r/:id/program" component={ProgramPage} kind="run" />
          <Route path="/s/:id/program" component={ProgramPage} kind="session" />
          <Route path="/snippets/:id" component={SnippetPage} />
          <Route path="/compare" component={ComparePage} />
          <Route path="/r/:id/compare" component={ComparePage} kind="run" />
          <Route path="/s/:id/compare" component={ComparePage} kind="session" />
          <Route path="/scenarios/:name" component={ScenarioPage} />
          <Route path="/party" component={ToyPartyPage} />
          <Route path="/r/:id/party" component={PartyPage} kind="run" />
          <Route path="/s/:id/party" component={PartyPage} kind="session" />
          <Route path="/class/new" component={NewClassPage} />
          <Route path="/class/:id" component={TeacherPage} />
          <Route path="/class/:id/screen" component={ScreenPage} />
          <Route path="/join" component={JoinPage} />
          <Route path="/j/:code" component={JoinPage} />
          <Route path="/j/:code/live" component={LivePage} />
          <Route default component={NotFoundPage} />
        </Router>
      </ErrorBoundary>
    </LocationProvider>
  );
}

const place = document.getElementById('app');
if (place) render(<App />, place);
