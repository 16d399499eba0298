/**
 * Which file begins when. On a clean clone jest knows nothing of how long each takes and would leave a browser's story for the
 * end, where one worker waits for the other: what starts services, browsers, interpreters and compilers comes first.
 */
import Sequencer from '@jest/test-sequencer';

const LONG = ['test/faults/', 'test/browser/', 'test/load/', 'test/sandbox/', 'apps/sandbox/', 'test/e2e/', 'test/'];

const rankOf = ({ path }) => {
  const rank = LONG.findIndex((folder) => path.includes(`/${folder}`));
  return rank < 0 ? LONG.length : rank;
};

export default class LongestFirst extends Sequencer {
  sort(tests) {
    // Among their like, as jest would have it.
    return super.sort(tests).sort((one, other) => rankOf(one) - rankOf(other));
  }
}
