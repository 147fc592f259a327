import { describe, expect, test } from '@jest/globals';
import { type ExitsOfSide, judgeExits } from '../../lib/analysis/task-exits.ts';
import { seeded } from '../../lib/calibration/random.ts';

const now = 1_000_000;
const minutesAgo = (...minutes: readonly number[]) => minutes.map((ago) => now - 60 * ago);
const side = (running: number, ...minutes: readonly number[]): ExitsOfSide => ({
  running,
  endedAt: minutesAgo(...minutes),
});

describe("the ends of green's tasks", () => {
  test.each([
    ['none', side(2), side(2), undefined],
    ['one, whatever the number of tasks', side(2, 1), side(1000), undefined],
    ['each of two, twice', side(2, 1, 2, 3, 4), side(2), { verdict: 'fail', ended: 4, minutes: 10, ofBlue: 0 }],
    ['three of two tasks beside two of blue', side(2, 1, 2, 3), side(2), { verdict: 'hold', ended: 3, minutes: 10 }],
    ['two of two beside forty that do not end', side(2, 1, 2), side(40), { verdict: 'fail', ended: 2 }],
    ['one each ten minutes, for an hour', side(4, 1, 11, 21, 31, 41, 51), side(40), { verdict: 'fail', minutes: 60 }],
    ['as often as on blue', side(2, 1, 2), side(2, 12, 17, 20, 24, 31, 35, 40, 45, 50, 55), undefined],
    ['with as many of blue in the same minutes', side(10, 1, 1, 1, 1, 1, 1), side(10, 1, 1, 1, 1, 1), undefined],
    ['longer ago than an hour', side(2, 61, 62, 63, 64), side(2), undefined],
    ['beside a blue of which nothing runs', side(2, 1, 2, 3, 4, 5), side(0), undefined],
    ['of a green of which nothing runs any more', side(0, 1, 2, 3), side(4), { verdict: 'fail' }],
  ])('%s', (_, green, blue, expected) => {
    expect(judgeExits(green, blue, now) ?? { verdict: 'none' }).toMatchObject(expected ?? { verdict: 'none' });
  });

  /** Both sides end `perHour` of each task in an hour; judged each minute of a rollout of 90 minutes. */
  function alarmsOf(running: readonly [number, number], perHour: number, seed: number): 'fail' | 'hold' | 'quiet' {
    const random = seeded(seed);
    const endsOf = (tasks: number, from: number, to: number) => {
      const ends: number[] = [];
      const rate = (tasks * perHour) / 3600;
      for (let at = from - Math.log(1 - random.uniform()) / rate; at < to; at -= Math.log(1 - random.uniform()) / rate)
        ends.push(at);
      return ends;
    };
    const [green, blue] = [endsOf(running[0], 0, 5400), endsOf(running[1], -3600, 5400)];
    let worst: 'hold' | 'quiet' = 'quiet';
    for (let at = 60; at <= 5400; at += 60) {
      const until = (ends: readonly number[]) => ends.filter((end) => end <= at);
      const found = judgeExits(
        { running: running[0], endedAt: until(green) },
        { running: running[1], endedAt: until(blue) },
        at,
      );
      if (found?.verdict === 'fail') return 'fail';
      if (found?.verdict === 'hold') worst = 'hold';
    }
    return worst;
  }

  test.each([
    [[2, 2], 0.1],
    [[2, 40], 0.1],
    [[10, 200], 0.02],
    [[10, 10], 0.5],
  ] as const)('of a green as good as blue (%j tasks, %d ends an hour each) are no alarm', (running, perHour) => {
    const runs = Array.from({ length: 400 }, (_, seed) => alarmsOf(running, perHour, seed + 1));

    expect(runs.filter((run) => run === 'fail').length / runs.length).toBeLessThanOrEqual(0.01);
    expect(runs.filter((run) => run === 'hold').length / runs.length).toBeLessThanOrEqual(0.1);
  });
});
