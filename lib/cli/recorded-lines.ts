/** Longest line that is read, in characters; one that `sluice export` writes has some hundred. */
export const longestLine = 1024 * 1024;

/** A line longer than any recorded minute; `number` counts from 1. */
export class LineTooLong extends Error {
  override readonly name = 'LineTooLong';
  readonly number: number;

  constructor(number: number) {
    super(`the line has more than ${longestLine / 1024} KB, expected one JSON object a line`);
    this.number = number;
  }
}

const lineEnd = /\r\n|\n|\r/;

/**
 * The lines of a text that comes in pieces, whichever way they end, without a byte order mark. No more than one line is held,
 * whatever the file is.
 * @throws LineTooLong
 */
export async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  let number = 0;
  for await (const piece of pieces) {
    const text = number === 0 && rest === '' ? piece.replace(/^\uFEFF/, '') : rest + piece;
    // The other half of this line end may begin the next piece.
    const held = text.endsWith('\r') ? 1 : 0;
    const lines = text.slice(0, text.length - held).split(lineEnd);
    rest = (lines.pop() ?? '') + text.slice(text.length - held);
    for (const line of lines) {
      number += 1;
      yield line;
    }
    if (rest.length > longestLine) throw new LineTooLong(number + 1);
  }
  if (rest !== '') yield rest.replace(/\r$/, '');
}
