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
  const [first = '', ...rest] = narrow(parts);
  return new Markup(rest.reduce((text, part, index) => text + written(values[index]) + part, first));
}

const narrowed = new WeakMap<TemplateStringsArray, readonly string[]>();

/** Templates are indented for those who read the source: no page sends that. */
function narrow(parts: TemplateStringsArray): readonly string[] {
  const known = narrowed.get(parts);
  if (known !== undefined) return known;
  const made = parts.map((part) => part.replaceAll(/\s*\n\s*/g, '\n'));
  narrowed.set(parts, made);
  return made;
}

/** A style sheet of the product's own: nothing of anybody else ever stands in it. */
export function styleElement(css: string): Markup {
  return new Markup(`<style>${css}</style>`);
}

/** A script of the product's own, likewise. */
export function scriptElement(script: string): Markup {
  return new Markup(`<script>${script}</script>`);
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
