import stringWidth from 'string-width';

/** Characters as people see them: a letter with its accents, a family of emoji. */
const characters = new Intl.Segmenter();

/**
 * Returns the longest beginning of a printable text that fits into so many columns of a terminal. No character is cut in two.
 * @param least characters that it has in any case, though they may not fit
 */
export function beginningOf(text: string, columns: number, least = 0): string {
  let width = 0;
  let taken = 0;
  let end = 0;
  for (const { segment } of characters.segment(text)) {
    width += stringWidth(segment);
    if (width > columns && taken >= least) break;
    taken += 1;
    end += segment.length;
  }
  return text.slice(0, end);
}
