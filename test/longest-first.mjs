import Sequencer from '@jest/test-sequencer';

/** Starts chaos first: its scenarios run one after the other for longer than all else, and a clone knows no earlier times. */
class LongestFirst extends Sequencer {
  sort(tests) {
    const isLongest = ({ path }) => path.includes('/chaos/');
    const sorted = super.sort(tests);
    return [...sorted.filter(isLongest), ...sorted.filter((test) => !isLongest(test))];
  }
}

export { LongestFirst as default };
