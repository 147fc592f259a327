import { expect, test } from '@jest/globals';
import { table } from '../../lib/cli/rollout-view.ts';
import { displayWidth } from '../../lib/cli/terminal/display-width.ts';

test('columns are aligned beside names of any width, and what a terminal would obey is shown', () => {
  const lines = table([
    ['web', '陳怡君', 'approved'],
    ['billing-service', 'Ana', 'approved'],
    ['ops', 'e\u0301mile', 'approved'],
    ['한국', 'x\u001b[31m', 'approved'],
  ]);

  expect(new Set(lines.map((line) => displayWidth(line.slice(0, line.indexOf('approved')))))).toEqual(
    new Set([displayWidth(lines[0]?.slice(0, lines[0].indexOf('approved')) ?? '')]),
  );
  expect(lines.join('')).not.toContain('\u001b');
});
