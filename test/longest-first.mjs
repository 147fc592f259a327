import Sequencer from '@jest/test-sequencer';

/** What takes minutes, most of them waiting, longest first: begun late, one of them would be all that is left. A clone knows no earlier times. */
const long = [
  '/chaos/',
  '/e2e/rollback.',
  '/e2e/triggers.',
  '/e2e/rollout.',
  '/serverless/stages-apart.',
  '/e2e/',
  '/second-opinions/machines.',
  '/golden/',
  '/serverless/rights.',
];

/** Starts those first, and everything else in the order of Jest. */
class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const at = long.findIndex((part) => path.includes(part));
      return at === -1 ? long.length : at;
    };
    return super.sort(tests).sort((one, other) => rank(one) - rank(other));
  }
}

export { LongestFirst as default };
