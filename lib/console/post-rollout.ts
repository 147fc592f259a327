import * as z from 'zod';
import { decisionActions } from '../approval/decision-actions.ts';
import { decideSignedIn } from '../usecases/people/decide-signed-in.ts';
import type { TakeDecisionNeeds } from '../usecases/people/take-decision.ts';
import type { RolloutStore } from '../ports/rollout-store.ts';
import { formKeyOf } from './console-exchange.ts';
import { isForm } from './decision-exchange.ts';
import { longestComment } from './decision-form.ts';
import { isNonceOf } from './form-nonce.ts';
import { html } from './html.ts';
import { backTo, page, type PageAnswer } from './page.ts';
import type { ConsoleRequest } from './page-request.ts';
import { isSameOrigin } from './same-origin.ts';
import { nothingHere, personOf, signInPage, visitorOf, type VisitorNeeds } from './visitor.ts';

/** As much of the world as a decision on the page of a rollout touches. */
export interface PostRolloutNeeds extends Omit<TakeDecisionNeeds, 'store'>, VisitorNeeds {
  readonly store: TakeDecisionNeeds['store'] & Pick<RolloutStore, 'load'>;
  /** Address of the pages; its origin is the only one that may post. */
  readonly linksUrl: string;
}

const form = z.object({
  nonce: z.string(),
  point: z.string().max(100),
  action: z.enum(decisionActions),
  comment: z.string().trim().max(longestComment).optional(),
});

/** POST of a rollout's page: does what a person of its spec who signed in decided, and leads back to the page. */
export async function postRollout(request: ConsoleRequest, world: PostRolloutNeeds): Promise<PageAnswer> {
  const { name, headers } = request;
  const visitor = await visitorOf(request, world);
  if (visitor === undefined) return signInPage('');
  const stored = await world.store.load(name);
  const person = stored && personOf(visitor, stored.state.spec);
  if (stored === undefined || person === undefined) return nothingHere('rollout');
  if (!isForm(request) || !isSameOrigin(headers, new URL(world.linksUrl).origin))
    return refused(403, notFromHere, name);
  const parsed = form.safeParse(Object.fromEntries(new URLSearchParams(request.body)));
  if (!parsed.success) return refused(400, 'What was sent is not complete, or the comment is too long.', name);
  const { nonce, point, action, comment } = parsed.data;
  if (!isNonceOf(formKeyOf(request), nonce)) return refused(403, notFromHere, name);
  const reason = comment === '' ? undefined : comment;
  const decided = await decideSignedIn(name, person, { action, point, reason }, world);
  return decided.outcome === 'refused' ? refused(409, decided.reason, name) : backTo(name);
}

const notFromHere = 'It was not sent from the page of this rollout.';

/** Says why nothing was done; the page itself is read by another function, which cannot write. */
function refused(status: 400 | 403 | 409, reason: string, rolloutId: string): PageAnswer {
  return page(
    status,
    'Nothing was done',
    html`<h1>Nothing was done</h1>
      <p>${reason}</p>
      <p><a href="${rolloutId}">See the rollout as it is now</a></p>`,
  );
}
