import { plain } from '../messages/plain.ts';

/** Markup that was made by `html`, and by nothing else. */
class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
export type { Markup };

/** What may stand in a template: text of anybody is escaped, markup of `html` is not, `undefined` is left out. */
type Value = string | number | undefined | Markup | readonly Markup[];

/** Nobody reads more in one place. */
const longestText = 2000;

/**
 * Markup with values in it, between tags or in quoted attributes. Escaping is not asked for, it cannot be left out: only what this
 * function made goes in as it is.
 * @example html`<p title="${reason}">${reason}</p>`
 */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(parts.reduce((text, part, index) => text + written(values[index - 1]) + part));
}

/** A style sheet of the product's own: nothing of anybody else ever stands in it. */
export function styleElement(css: string): Markup {
  return new Markup(`<style>${css}</style>`);
}

function written(value: Value): string {
  if (value === undefined) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return escaped(plain(String(value), longestText));
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
    .replaceAll('`', '&#96;');
}
