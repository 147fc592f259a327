import { widthOf } from './width.ts';
import { printable } from '../../specification/text/plain-text.ts';
import { beginningOf } from './beginning-of.ts';

/** How a piece of a line looks where colours are wanted. It never carries meaning that the words do not have. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** A piece of a line that looks alike; printable text. */
export interface Span {
  readonly text: string;
  readonly style?: Style | undefined;
}

/** One line of a terminal, without its end. */
export type Line = readonly Span[];

/** Paints a text, or leaves it as it is where no colours are wanted. */
export type Paint = (style: Style, text: string) => string;

/** Returns a piece of a line; what would steer a terminal in it is shown as its code. */
export function span(text: string, style?: Style): Span {
  return { text: printable(text), style };
}

/** Returns a line as it is written. */
export function painted(line: Line, paint: Paint): string {
  return line.map(({ text, style }) => (style === undefined ? text : paint(style, text))).join('');
}

/** Returns a line without its looks. */
function plainText(line: Line): string {
  return line.map(({ text }) => text).join('');
}

/** Returns a line that takes at most so many columns; what is cut off is marked with `…`. */
export function fitted(line: Line, columns: number): Line {
  if (widthOf(plainText(line)) <= columns) return line;
  const spans: Span[] = [];
  let left = columns - 1;
  for (const one of line) {
    const text = beginningOf(one.text, left);
    spans.push({ ...one, text });
    left -= widthOf(text);
    if (text.length < one.text.length) break;
  }
  return [...spans, { text: '…' }];
}

/** Returns a text of exactly so many columns: padded, or cut off with `…`. */
export function cell(text: string, columns: number): string {
  const plain = plainText(fitted([span(text)], columns));
  return plain + ' '.repeat(Math.max(0, columns - widthOf(plain)));
}

/** Returns a printable text in lines of at most so many columns, broken at spaces where there are any. */
export function wrapped(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of printable(text).split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer) <= columns) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (widthOf(line) > columns) {
      const piece = beginningOf(line, columns, 1);
      lines.push(piece);
      line = line.slice(piece.length);
    }
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line];
}
