import { charactersOf, widthOf } from './width.ts';

/**
 * Returns the longest beginning of a printable text that fits into so many columns of a terminal. No character is cut in two.
 * @param least characters that it has in any case, though they may not fit
 */
export function beginningOf(text: string, columns: number, least = 0): string {
  let width = 0;
  let taken = 0;
  let end = 0;
  for (const character of charactersOf(text)) {
    width += widthOf(character);
    if (width > columns && taken >= least) break;
    taken += 1;
    end += character.length;
  }
  return text.slice(0, end);
}
