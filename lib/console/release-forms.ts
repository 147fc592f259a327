import { shortText as short } from './short-text.ts';
import type { ReleaseAction } from '../view/release-actions.ts';
import { html, type Markup } from './html.ts';
import { longestReason } from '../ports/incident-orders.ts';
import { listOf } from './rows.ts';

/** What the form of a release needs besides the release. */
export interface ReleaseForm {
  /** The person whom the spec of each member names, and who signed in. */
  readonly person: string;
  /** Goes back with what is posted. */
  readonly nonce: string;
}

/** Returns one form with one comment field: each action says what it does now to every member. */
export function releaseForm(actions: readonly ReleaseAction[], { person, nonce }: ReleaseForm): Markup {
  const choices = actions.map(
    ({ direction, name, does }) =>
      html`<div class="choice stop">
        <button type="submit" name="direction" value="${direction}" class="other" aria-describedby="does-${direction}">
          ${name}
        </button>
        <div id="does-${direction}">${listOf(does.map((one) => html`<li>${short(one)}</li>`))}</div>
      </div>`,
  );
  return html`<h2 id="decide">Your decision, ${person}</h2>
    <form method="post" autocomplete="off">
      <input type="hidden" name="nonce" value="${nonce}" />
      <label for="reason">Why; everyone who is notified reads it</label>
      <textarea id="reason" name="reason" maxlength="${longestReason}" required></textarea>
      ${choices}
    </form>`;
}
