import { describe, expect, test } from '@jest/globals';
import { backtestLine, backtestReader } from '../../lib/analysis/backtest-lines.ts';
import { backtestGates, recording } from './minutes.ts';

const good =
  '{"rollout":"r1","minute":0,"weight":5,"blue":{"requests":5700,"errors":11,"slow":40,"latencyP95":1.6},"green":{"requests":300}}';

function problemOf(...lines: readonly string[]): string | undefined {
  const reader = backtestReader(backtestGates);
  return lines.map((line) => reader.take(line)).at(-1);
}

describe('backtestReader', () => {
  test('reads what backtestLine writes', () => {
    const periods = recording({ history: 2, minutes: 3 });
    const reader = backtestReader(backtestGates);
    for (const period of periods) expect(reader.take(backtestLine('r1', period.at / 60, period))).toBeUndefined();

    expect(reader.rollouts()).toEqual([{ rollout: 'r1', periods }]);
  });

  test('keeps the rollouts of a file apart, in the order in which they begin', () => {
    const reader = backtestReader([]);
    for (const [rollout, minute] of [
      ['b', 0],
      ['a', 0],
      ['b', 1],
      ['a', 5],
    ] as const) {
      // prettier-ignore
      expect(reader.take(JSON.stringify({ rollout, minute, weight: 5 }))).toBeUndefined();
    }

    expect(reader.rollouts().map(({ rollout, periods }) => [rollout, periods.map(({ at }) => at)])).toEqual([
      ['b', [0, 60]],
      ['a', [0, 300]],
    ]);
  });

  test.each([
    ['slots that are absent', '{"rollout":"r","minute":0,"weight":5}'],
    ['slots that are empty', '{"rollout":"r","minute":0,"weight":5,"blue":{},"green":{}}'],
    ['keys that are missing or null', '{"rollout":"r","minute":0,"weight":5,"green":{"requests":3,"errors":null}}'],
  ])('takes %s for missing datapoints', (_, line) => {
    const reader = backtestReader(backtestGates);

    expect(reader.take(line)).toBeUndefined();
    expect(reader.rollouts()[0]?.periods[0]?.blue).toEqual({});
  });

  test.each([
    ['{"rollout":', 'no JSON (Unexpected end of JSON input), expected one object on a line'],
    [
      '{"rollout":"r","minute":0,"weight":5,"blue":{"requests":NaN}}',
      expect.stringMatching(/^no JSON \(Unexpected token 'N', .+ is not valid JSON\), expected one object on a line$/),
    ],
    [
      '{"rollout":"r","minute":0,"weigh',
      expect.stringMatching(/^no JSON \(Unterminated string in JSON at position \d+\), expected/),
    ],
    ['{"rollout":"r\uFFFD","minute":0,"weight":5}', 'a byte that is no UTF-8, expected a file in UTF-8'],
    [
      '{"rollout":"r","minute":1e300,"weight":5}',
      'minute 1e+300 is out of range, expected 0 for the first minute of the rollout',
    ],
    ['[1]', 'no JSON object, expected {"rollout": ..., "minute": ..., "weight": ...}'],
    ['{"minute":0,"weight":5}', 'rollout is missing, expected a name in quotes'],
    ['{"rollout":"r","minute":0.5,"weight":5}', expect.stringContaining('minute is missing or no whole number')],
    ['{"rollout":"r","minute":0,"weight":101}', expect.stringContaining('weight is missing or out of range')],
    ['{"rollout":"r","minute":-1,"weight":5}', 'minute -1 is history with weight 5, expected weight 0 below minute 0'],
    ['{"rollout":"r","minute":0,"weight":5,"green":[]}', expect.stringContaining('green is no object')],
    [
      '{"rollout":"r","minute":0,"weight":5,"green":{"requests":10,"errors":11}}',
      'green has 11 errors of 10 requests, expected at most as many',
    ],
    [
      '{"rollout":"r","minute":0,"weight":5,"blue":{"requests":10,"slow":11}}',
      'blue has 11 slow of 10 requests, expected at most as many',
    ],
    [
      '{"rollout":"r","minute":0,"weight":5,"blue":{"requests":-1}}',
      'requests of blue is -1, expected a number from 0 on',
    ],
    [
      '{"rollout":"r","minute":0,"weight":5,"blue":{"requests":"9"}}',
      expect.stringContaining('requests of blue is "9"'),
    ],
    [
      '{"rollout":"r","minute":0,"weight":5,"blue":{"requests":1e999}}',
      'requests of blue is Infinity, expected a number from 0 to 9007199254740991',
    ],
    [
      '{"rollout":"r","minute":0,"weight":5,"blue":{"latencyP95":1e308}}',
      'latencyP95 of blue is 1e+308, expected a number from 0 to 9007199254740991',
    ],
    [
      '{"rollout":"r","minute":0,"weight":5,"blue":{"errors":true}}',
      'errors of blue is the yes/no value true, expected a number from 0 on',
    ],
  ])('refuses %s', (line, problem) => {
    expect(problemOf(line)).toEqual(problem);
  });

  test('leaves alone what no gate reads', () => {
    const reader = backtestReader(backtestGates);
    const line =
      '{"rollout":"r","minute":0,"weight":5,"host":"x","green":{"requests":3,"note":"cold","__proto__":{"errors":1}}}';

    expect(reader.take(line)).toBeUndefined();
    expect(reader.rollouts()[0]?.periods[0]?.green).toEqual({ requests: 3 });
  });

  test('refuses minutes of a rollout that do not rise', () => {
    expect(problemOf(good, good)).toBe('minute 0 comes after minute 0 of the same rollout, expected rising minutes');
  });
});
