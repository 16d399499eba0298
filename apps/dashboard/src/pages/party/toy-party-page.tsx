/** The toy party of the talk, played by four strategies and compared by the bill. */
import { TopBar } from '../../shell/top-bar.js';

export function ToyPartyPage() {
  return <TopBar title="The toy party" />;
}
