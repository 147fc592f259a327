import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { table } from '../../lib/cli/rollout-view.ts';
import { wrapped } from '../../lib/cli/terminal/line.ts';
import { printable } from '../../lib/specification/text/plain-text.ts';

test('columns are aligned beside names of any width, and what a terminal would obey is shown', () => {
  const lines = table([
    ['web', '陳怡君', 'approved'],
    ['billing-service', 'Ana', 'approved'],
    ['ops', 'e\u0301mile', 'approved'],
    ['한국', 'x\u001b[31m', 'approved'],
    ['👩‍👩‍👧 ｶﾞ', 'o\u0600k', 'approved'],
  ]);

  expect(new Set(lines.map((line) => stringWidth(line.slice(0, line.indexOf('approved')))))).toEqual(
    new Set([stringWidth(lines[0]?.slice(0, lines[0].indexOf('approved')) ?? '')]),
  );
  expect(lines.join('')).not.toContain('\u001b');
});

describe('wrapped', () => {
  test('cuts no character in two: a letter with its accents, a family of emoji', () => {
    expect(wrapped('陳怡君e\u0301🇩🇪', 4)).toEqual(['陳怡', '君e\u0301', '🇩🇪']);
  });

  test('ends, and loses nothing, however narrow the terminal and wide its characters are', () => {
    const wide = fc.constantFrom('漢', '漢ﾞﾟ', '🇩🇪', 'e\u0301', ' ', 'x', '\u0600', '\u200d');
    fc.assert(
      fc.property(fc.array(wide, { maxLength: 20 }), fc.integer({ min: 1, max: 6 }), (parts, columns) => {
        const text = parts.join('');

        expect(wrapped(text, columns).join('').replaceAll(' ', '')).toBe(printable(text).replaceAll(' ', ''));
      }),
    );
  });
});
