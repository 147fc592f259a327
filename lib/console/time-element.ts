import { html, type Markup } from './html.ts';
import { timeText } from './decision-text.ts';

/** A time in UTC, which the script says in the visitor's own zone too; the text itself where it is no time. */
export function timeElement(at: string): Markup {
  if (Number.isNaN(Date.parse(at))) return html`${at}`;
  return html`<time datetime="${new Date(at).toISOString()}">${timeText(at)}</time>`;
}
