import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { jsonText } from '../../lib/cli/json-text.ts';

test('is the same value, whatever it holds', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), (value, indent) => {
      expect(JSON.parse(jsonText(value, indent))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('gives a terminal nothing to obey', () => {
  const hostile = [
    '\u009b2J',
    '\u0090q',
    '\u007f',
    '\u202e',
    '\u2066',
    '\u200b',
    '\u2028',
    '\u{e0041}',
    '\u001b]0;x\u0007',
  ];

  expect(jsonText({ [hostile.join('')]: hostile })).toMatch(/^[ -~]*$/);
});

test('leaves letters of every language as they are', () => {
  expect(jsonText({ why: 'Zoë: 部署失敗 😀' })).toBe('{"why":"Zoë: 部署失敗 😀"}');
});
