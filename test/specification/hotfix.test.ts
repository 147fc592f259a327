import { describe, expect, test } from '@jest/globals';
import { describeHotfix, hotfixSteps } from '../../lib/specification/hotfix-steps.ts';
import { lintHotfix } from '../../lib/specification/lint-hotfix.ts';
import { modelSpec } from '../model/model-world.ts';

const usual = [
  { weight: 1, bake: '5m', leaveOutWhenQuiet: true },
  { weight: 5, bake: '15m' },
  { weight: 25, bake: '30m' },
  { weight: 50, bake: '4m' },
  { weight: 100, bake: '10m' },
];
const spec = (hotfix?: unknown) =>
  modelSpec({ steps: usual, period: '60s', lag: '120s', ...(hotfix !== undefined && { hotfix }) });

describe('the steps of a hotfix', () => {
  test('are the first of at least 10 % and the last, each for 5 minutes at most', () => {
    expect(hotfixSteps(spec())).toEqual([
      { weight: 25, bake: 300 },
      { weight: 100, bake: 300 },
    ]);
    expect(describeHotfix(spec())).toBe('A hotfix takes 2 steps in 10m in place of 5 steps in 1h4m');
  });

  test.each([
    [
      [1, 5, 100],
      [5, 100],
    ],
    [
      [5, 100],
      [5, 100],
    ],
    [
      [1, 100],
      [1, 100],
    ],
  ])('of %j, with none of 10 %% to 99 %%, are %j: never all traffic at once', (weights, expected) => {
    const small = modelSpec({ steps: weights.map((weight) => ({ weight, bake: '20m' })), period: '60s' });
    expect(hotfixSteps(small).map(({ weight }) => weight)).toEqual(expected);
  });

  test('bake long enough for metrics to settle, and never longer than usual', () => {
    const slow = modelSpec({ steps: usual, period: '300s', lag: '600s' });
    expect(hotfixSteps(slow).map(({ bake }) => bake)).toEqual([900, 600]);
  });

  test('of a service with one step are that one', () => {
    const one = modelSpec({ steps: [{ weight: 100, bake: '20m' }], period: '60s' });
    expect(hotfixSteps(one)).toEqual([{ weight: 100, bake: 300 }]);
  });

  test('are those of the spec where it has some', () => {
    const own = {
      steps: [
        { weight: 50, bake: '4m' },
        { weight: 100, bake: '4m' },
      ],
    };
    expect(hotfixSteps(spec(own)).map(({ weight }) => weight)).toEqual([50, 100]);
    expect(lintHotfix(spec(own))).toEqual([]);
    expect(lintHotfix(spec())).toEqual([]);
  });
});

test.each([
  [
    'more steps',
    [...usual.slice(0, 4), { weight: 90, bake: '4m' }, { weight: 100, bake: '4m' }],
    'a hotfix has 6 steps and another rollout 5',
  ],
  [
    'longer bakes',
    [
      { weight: 50, bake: '1h' },
      { weight: 100, bake: '1h' },
    ],
    'a hotfix bakes for 2h and another rollout for 1h4m',
  ],
  ['all traffic at once', [{ weight: 100, bake: '4m' }], 'gives green all traffic at once'],
])('lint refuses %s', (_, steps, message) => {
  expect(lintHotfix(spec({ steps }))).toEqual([
    { path: expect.arrayContaining(['hotfix', 'steps']), severity: 'error', message: expect.stringContaining(message) },
  ]);
});

test('weights rise to 100 %, as those of any rollout', () => {
  expect(() => spec({ steps: [{ weight: 50, bake: '4m' }] })).toThrow('the last weight is 50');
  expect(() => spec({ bake: '4m' })).toThrow('bake');
});
