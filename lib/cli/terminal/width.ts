import { eastAsianWidth } from 'get-east-asian-width';

/**
 * Text that takes a column a character: letters of Europe, and what views are drawn with. Nearly all texts are such, and what measures the
 * others (ICU's segmenter, the table of emoji) takes 40 ms to set up.
 */
const narrow =
  /^[\u0020-\u007e\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0377\u0391-\u03a1\u03b1-\u03c9\u0410-\u044f\u2010-\u2027\u2190-\u2193\u2500-\u259f]*$/;

// `v` is newer than what the bundle is compiled for.
const emoji = lazily(() => new RegExp(String.raw`^\p{RGI_Emoji}$`, 'v'));
const invisible = /^[\p{Default_Ignorable_Code_Point}\p{C}\p{M}]+$/u;
const beforeBase = /^[\p{Default_Ignorable_Code_Point}\p{C}\p{M}]+/u;
const segmenter = lazily(() => new Intl.Segmenter());

function lazily<Value>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => (made ??= make());
}

/** Returns a text's characters as people see them: a letter with its accents, a family of emoji. */
export function charactersOf(text: string): readonly string[] {
  if (narrow.test(text)) return text.split('');
  return Array.from(segmenter().segment(text), ({ segment }) => segment);
}

/** Returns how many columns of a terminal a printable text takes: a Chinese character takes two, an accent none. */
export function widthOf(text: string): number {
  if (narrow.test(text)) return text.length;
  return charactersOf(text).reduce((sum, character) => sum + widthOfCharacter(character), 0);
}

function widthOfCharacter(character: string): number {
  if (invisible.test(character)) return 0;
  if (emoji().test(character)) return 2;
  const [base = '', ...rest] = Array.from(character.replace(beforeBase, ''));
  // Forms of half or full width stand beside their base, though they are of one character.
  const beside = rest.filter((one) => one >= '\uff00' && one <= '\uffef');
  return [base, ...beside].reduce((sum, one) => sum + eastAsianWidth(one.codePointAt(0) ?? 0), 0);
}
