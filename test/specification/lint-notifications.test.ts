import { expect, test } from '@jest/globals';
import { formatFinding } from '../../lib/specification/finding.ts';
import { lintSpec } from '../../lib/specification/lint.ts';
import { minimalSpec } from './example-spec.ts';

const found = (key: string) =>
  lintSpec(`${minimalSpec}\nnotifications:\n  ${key}:\n    - { from: '02:00', to: '04:00' }\n`, 'web.yml').map(
    (finding) => formatFinding(finding),
  );

test('the former name of quiet hours is accepted with a hint at its place', () => {
  expect(found('maintenance')).toEqual([
    expect.stringMatching(/^web\.yml:\d+:\d+: warning: .*expected notifications\.quietHours/),
  ]);
});

test('quiet hours are accepted without a hint', () => {
  expect(found('quietHours')).toEqual([]);
});
