import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { charactersOf, widthOf } from '../../lib/cli/terminal/width.ts';
import { printable } from '../../lib/specification/text/plain-text.ts';

const pieces = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    'web',
    ' ',
    '│',
    '▁▂█',
    '…',
    '–',
    '→',
    'é',
    'e\u0301',
    'ü',
    'Ж',
    'Ω',
    '支付',
    'か\u3099',
    'ｶﾞ',
    '🚀',
    '❤️',
    '🇨🇭',
    '©',
    '☎',
  ),
);

/** Thousands of ideographs and syllables in a row are alike. */
const step = (code: number) => ((code > 0x3400 && code < 0xd700) || code > 0x1fb00 ? 61 : 1);

describe('columns of a terminal', () => {
  test('are counted as string-width counts them, for every printable text', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 6 }), (texts) => {
        const text = printable(texts.join(''));
        expect(widthOf(text)).toBe(stringWidth(text));
      }),
      { numRuns: 2000 },
    );
  });

  test('also for each character alone', () => {
    const wrong: string[] = [];
    for (let code = 0; code <= 0x1ffff; code += step(code)) {
      const text = printable(String.fromCodePoint(code));
      if (widthOf(text) !== stringWidth(text)) wrong.push(`${code.toString(16)} ${widthOf(text)}`);
    }

    expect(wrong).toEqual([]);
  });

  test('no character is cut in two', () => {
    expect(charactersOf('ae\u0301🇨🇭b')).toEqual(['a', 'e\u0301', '🇨🇭', 'b']);
    expect(charactersOf('web')).toEqual(['w', 'e', 'b']);
  });
});
