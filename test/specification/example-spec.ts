import { readFileSync } from 'node:fs';

/** The text of the annotated example: a good spec that writes down every default. */
export const exampleSpec = readFileSync(new URL('../../examples/rollouts/web.yml', import.meta.url), 'utf8');

/** The same service with nothing but what has no default. */
export const minimalSpec = exampleSpec
  .slice(0, exampleSpec.indexOf('# Green is asked'))
  .replace(/^ *tagPattern.*\n/m, '');

/** The example with one piece of text replaced; a piece that is not there is a mistake of the test. */
export function edited(from: string, to: string): string {
  if (!exampleSpec.includes(from)) throw new Error(`The example holds no ${JSON.stringify(from)}.`);
  return exampleSpec.replace(from, () => to);
}

/** `line:column` of a piece of text. */
export function placeOf(text: string, piece: string): string {
  const before = text.slice(0, text.indexOf(piece)).split('\n');
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}
