import { type DecisionAction, needsComment } from '../approval/decision-actions.ts';
import type { DecisionPoint } from '../rollout/people-state.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { Person } from '../specification/approvals.ts';
import type { OfferedAction } from '../usecases/people/show-decision.ts';
import type { RolloutView } from '../view/rollout-view.ts';
import { actionText } from './decision-text.ts';
import { html, type Markup } from './html.ts';

/** As much as a comment may have; the record keeps it whole. */
export const longestComment = 600;

/** What the forms of a page need besides what it shows. */
export interface Forms {
  /** Goes back with what is posted. */
  readonly nonce: string;
  /** Where to sign in; stands on a page only where that is asked for, as it may hold the token. */
  readonly signInAt: string;
  /** What the page shows to be decided, where that comes from no link. */
  readonly shown?: string | undefined;
}

/** Whom a form is for, and what they may do in it. */
export interface FormOf {
  readonly point: DecisionPoint;
  readonly person: Person;
  readonly state: RolloutState;
  readonly view: RolloutView;
  readonly offered: readonly OfferedAction[];
}

/** Returns one form with one comment field: each action says what it does, and one of them stands out. */
export function decisionForm(
  { point: asked, person, state, view, offered }: FormOf,
  { nonce, signInAt, shown }: Forms,
): Markup {
  const possible = offered.filter(({ refused }) => refused === undefined);
  const others = offered.filter(({ refused }) => refused !== undefined);
  const main = mainOf(asked, view, possible);
  const needing = possible
    .filter(({ action }) => needsComment(action, state))
    .map(({ action }) => actionText(action, state, person).button);
  const label =
    needing.length === 0
      ? 'Comment (if you like)'
      : `Comment (needed for: ${needing.join(', ')}; everyone who is notified reads it)`;
  const required = needing.length === 0 ? undefined : html` required`;
  const choices = possible.map(({ action }) => choice(action, action === main, { person, state, view }));
  const point = shown === undefined ? undefined : html`<input type="hidden" name="point" value="${shown}" />`;
  const form =
    possible.length === 0
      ? undefined
      : html`<form method="post" autocomplete="off">
          <input type="hidden" name="nonce" value="${nonce}" /> ${point}
          <label for="comment">${label}</label>
          <textarea id="comment" name="comment" maxlength="${longestComment}" ${required}></textarea>${choices}
        </form>`;
  const closed = others.map(({ action, refused, needsSignIn }) => {
    const { button } = actionText(action, state, person);
    const does = doesText(action, { person, state, view });
    return needsSignIn
      ? html`<div class="closed">
          <h3>${button}</h3>
          <p>${does}</p>
          <p>This needs you to sign in as ${person.mail ?? person.name}.</p>
          <p><a class="button" href="${signInAt}">Sign in</a></p>
        </div>`
      : html`<div class="closed">
          <h3>${button}: not possible</h3>
          <p>${refused ?? ''}</p>
        </div>`;
  });
  return html`${form}${closed}`;
}

function choice(action: DecisionAction, isMain: boolean, about: Pick<FormOf, 'person' | 'state' | 'view'>): Markup {
  const { button, looks } = actionText(action, about.state, about.person);
  const free = needsComment(action, about.state) ? undefined : html` formnovalidate`;
  return html`<div class="choice ${looks}">
    <button
      type="submit"
      name="action"
      value="${action}"
      class="${isMain ? 'main' : 'other'}"
      aria-describedby="does-${action}"
      ${free}
    >
      ${button}
    </button>
    <p id="does-${action}">${doesText(action, about)}</p>
  </div>`;
}

/** Returns what an action would do now, in numbers where they are known. */
export function doesText(
  action: DecisionAction,
  { person, state, view }: Pick<FormOf, 'person' | 'state' | 'view'>,
): string {
  const { does } = actionText(action, state, person);
  return action === 'abort' && view.abort.isPossible ? view.abort.text : does;
}

/** The action that stands out: what the page asks for, and the safe one where something is wrong. */
function mainOf(
  point: DecisionPoint,
  { gates, strip }: RolloutView,
  possible: readonly OfferedAction[],
): DecisionAction | undefined {
  const isWorse =
    strip.standing === 'emergency' ||
    gates.some(({ sure, outcome }) => outcome === 'fail' || (outcome === 'hold' && (sure ?? 0) >= 0.5));
  const wanted: readonly DecisionAction[] =
    point === 'approval'
      ? ['approve', 'reject']
      : point.startsWith('hold-') && !isWorse
        ? ['promote', 'abort']
        : strip.standing === 'paused' && !isWorse
          ? ['resume', 'abort']
          : ['abort'];
  return wanted.find((action) => possible.some((one) => one.action === action)) ?? possible[0]?.action;
}
