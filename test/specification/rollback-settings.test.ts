import { describe, expect, test } from '@jest/globals';
import { lintSpec } from '../../lib/specification/lint.ts';
import { minimalSpec } from './example-spec.ts';

const found = (rollback: string) =>
  lintSpec(`${minimalSpec}\nrollback: ${rollback}\n`, 'web.yml').map(
    ({ severity, message }) => `${severity}: ${message}`,
  );

describe('rollback', () => {
  test.each([
    ['{ shape: gentle }', 'shape'],
    ['{ shape: stepped, stepped: { weights: [20, 50] } }', 'falling weights'],
    ['{ stepped: { weights: [20, 20] } }', 'falling weights'],
    ['{ stepped: { weights: [] } }', '1'],
    ['{ stepped: { weights: [100] } }', '1 to 99'],
    ['{ stepped: { weights: [50, 40, 30], pause: 2m } }', 'the rollback takes 6m, expected at most 4m'],
    ['{ longestStickiness: 5h }', '1s to 4h'],
    ['{ steps: [{ weight: 50, bake: 5m }] }', 'expected 100'],
    ['{ budgets: { restore: 30 } }', 'expected a duration'],
  ])('%s is refused', (rollback, why) => {
    expect(found(rollback).join('\n')).toMatch(/^error: /);
    expect(found(rollback).join('\n')).toContain(why);
  });

  test('a stickiness that keeps the lock for hours is a warning', () => {
    expect(found('{ longestStickiness: 2h }')).toEqual([expect.stringMatching(/^warning: .*2h.*at most 1h/)]);
  });

  test('a bake of its steps that ends before a datapoint settles is a warning', () => {
    expect(found('{ steps: [{ weight: 100, bake: 1m }] }')).toEqual([expect.stringMatching(/^warning: the bake ends/)]);
  });

  test.each(['restore', 'verifyBlue', 'healthCheck', 'removeGreen', 'whole'])('the budget of %s has bounds', (part) => {
    expect(found(`{ budgets: { ${part}: 1h } }`)).toEqual([]);
    expect(found(`{ budgets: { ${part}: 2h } }`)).toEqual([expect.stringMatching(/^error: .*1s to 1h/)]);
  });

  test('budgets are set one by one, or all of them', () => {
    const all = '{ restore: 10s, verifyBlue: 1m, healthCheck: 30s, removeGreen: 30s, whole: 3m }';

    expect(found(`{ budgets: ${all} }`)).toEqual([]);
  });

  test('with its defaults says nothing', () => {
    expect(found('{}')).toEqual([]);
  });
});
