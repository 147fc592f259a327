import { actionsAt } from '../approval/decision-actions.ts';
import { openPoint } from '../approval/link-state.ts';
import type { RolloutState } from '../rollout/state.ts';
import { plain } from '../messages/plain.ts';
import { shownPoint } from '../usecases/people/shown-point.ts';
import { offersAt } from '../usecases/people/show-decision.ts';
import type { ServiceTrouble } from '../view/read-incident.ts';
import type { RolloutView } from '../view/rollout-view.ts';
import { actionList } from './action-list.ts';
import { decisionForm } from './decision-form.ts';
import type { Refused } from './decision-page.ts';
import { formNonce } from './form-nonce.ts';
import { html, type Markup } from './html.ts';
import { livePage, type PageAnswer } from './page.ts';
import { livePart, rolloutSections } from './rollout-sections.ts';
import type { Session } from './session.ts';
import { troubleSection } from './trouble-section.ts';
import { personOf } from './visitor.ts';

/** A rollout, and who looks at it. */
export interface ShownRollout {
  readonly state: RolloutState;
  readonly view: RolloutView;
  readonly visitor: Session;
  /** What hurts users of the service besides: its incident, its emergency, its maintenance page; a text where that could not be read. */
  readonly trouble?: ServiceTrouble | string | undefined;
  /** Binds the forms to this visitor and rollout. */
  readonly formKey: string;
  readonly now: Date;
}

/** The page of a rollout for a visitor who signed in, or came by `sluice open`. */
export function rolloutPage(shown: ShownRollout, refused?: Refused): PageAnswer {
  const { state, view, visitor } = shown;
  const title = `${plain(view.change.to, 80)}: ${view.strip.text}`;
  const nothing =
    refused &&
    html`<div class="note bad" role="status">
      <p><strong>Nothing was done.</strong> ${refused.reason}</p>
    </div>`;
  const content = (nonce: string) =>
    html`${navigation(visitor, '../', state.service)}
      <p class="where">${state.service} in ${view.stage}${partOf(state)}</p>
      <h1 id="head" data-live>${title}</h1>
      ${nothing} ${livePart('trouble', troubleOf(shown))} ${rolloutSections(view, actionsFor(shown, nonce))}
      ${livePart('full', html`<p class="where">Rollout <code>${state.rolloutId}</code></p>`)}`;
  return livePage(refused?.status ?? 200, `${title} · ${state.service}`, content, formNonce(shown.formKey));
}

/** A member of a release goes forward and back with the others. */
function partOf({ release }: RolloutState): Markup | undefined {
  return release === undefined ? undefined : html`, part of <a href="../?release=${release}">release ${release}</a>`;
}

function troubleOf({ trouble, view }: ShownRollout): Markup {
  if (trouble === undefined) return html``;
  if (typeof trouble !== 'string') return troubleSection(trouble, view.stage, '../services/');
  return html`<div class="note bad">
    <p>Whether the service has an open incident or emergency could not be read: ${plain(trouble, 240)}</p>
  </div>`;
}

/** The way to other pages, and who is signed in. */
export function navigation({ who }: Session, root: string, service?: string): Markup {
  return html`<nav aria-label="Pages">
    <a href="${root}">Services</a>
    ${service === undefined ? undefined : html`<a href="${root}services/${service}">${service}</a>`}
    <span>${who}</span>
  </nav>`;
}

function actionsFor({ state, view, visitor, now }: ShownRollout, nonce: string): Markup {
  const person = personOf(visitor, state.spec);
  const point = openPoint(state);
  if (person === undefined || point === undefined || actionsAt(point, state).length === 0)
    return actionList(state, view);
  const offered = offersAt(point, person, state, 'verified', now);
  return html`<h2 id="decide">Your decision, ${person.name}</h2>
    ${decisionForm(
      { point, person, state, view, offered },
      { nonce, signInAt: '../sign-in/console', shown: shownPoint(state) },
    )}`;
}
