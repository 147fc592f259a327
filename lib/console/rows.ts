import { html, type Markup } from './html.ts';

/** A name and what it has. */
export type Row = readonly [name: string, value: Markup];

/** Returns a list of names and values. */
export function rowsOf(rows: readonly Row[]): Markup {
  return html`<dl>
    ${rows.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd> `,
    )}
  </dl>`;
}

/** Returns a list of items; nothing where there are none. */
export function listOf(items: readonly Markup[]): Markup {
  return items.length === 0
    ? html``
    : html`<ul>
        ${items}
      </ul>`;
}
