import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { linesOf, longestLine } from '../../lib/cli/recorded-lines.ts';

async function linesIn(...pieces: readonly string[]): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of linesOf(Readable.from(pieces))) lines.push(line);
  return lines;
}

describe('linesOf', () => {
  test.each([
    ['line feeds', ['a\nb\n'], ['a', 'b']],
    ['a last line without an end', ['a\nb'], ['a', 'b']],
    ['the line ends of Windows', ['a\r\nb\r\n'], ['a', 'b']],
    ['a line end in two pieces', ['a\r', '\nb\r', 'c'], ['a', 'b', 'c']],
    ['a byte order mark, which is no text', ['\uFEFFa\n\uFEFFb'], ['a', '\uFEFFb']],
    ['separators that JSON takes for text', ['a\u2028b\u2029c\n'], ['a\u2028b\u2029c']],
    ['empty lines, which count', ['\n\na'], ['', '', 'a']],
    ['nothing', [], []],
  ])('reads %s', async (_, pieces, lines) => {
    expect(await linesIn(...pieces)).toEqual(lines);
  });

  test('reads the same however the text is cut', async () => {
    const text = fc.array(fc.constantFrom('a', 'b', '\r', '\n', '\r\n'), { maxLength: 12 }).map((all) => all.join(''));
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat(12), { maxLength: 4 }), async (whole, cuts) => {
        const at = [0, ...cuts.map((cut) => Math.min(cut, whole.length)).sort((a, b) => a - b), whole.length];
        const pieces = at.slice(1).map((to, index) => whole.slice(at[index], to));

        expect(await linesIn(...pieces)).toEqual(await linesIn(whole));
      }),
    );
  });

  test('a line without end is refused before it fills the memory', async () => {
    const piece = 'x'.repeat(longestLine / 4);

    await expect(linesIn('a\n', piece, piece, piece, piece, piece, piece)).rejects.toMatchObject({
      number: 2,
      message: 'the line has more than 1024 KB, expected one JSON object a line',
    });
  });
});
