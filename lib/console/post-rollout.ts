import * as z from 'zod';
import { decisionActions } from '../approval/decision-actions.ts';
import { decideSignedIn } from '../usecases/people/decide-signed-in.ts';
import type { TakeDecisionNeeds } from '../usecases/people/take-decision.ts';
import type { RolloutStore } from '../ports/rollout-store.ts';
import { formKeyOf } from './console-place.ts';
import { longestComment } from './decision-form.ts';
import { backTo, type PageAnswer } from './page.ts';
import type { ConsoleRequest } from './page-request.ts';
import { comment, nothingDone, postedForm } from './posted-form.ts';
import { nothingHere, personOf, signInPage, visitorOf, type VisitorNeeds } from './visitor.ts';

/** As much of the world as a decision on the page of a rollout touches. */
export interface PostRolloutNeeds extends Omit<TakeDecisionNeeds, 'store'>, VisitorNeeds {
  readonly store: TakeDecisionNeeds['store'] & Pick<RolloutStore, 'load'>;
  /** Address of the pages; its origin is the only one that may post. */
  readonly linksUrl: string;
}

const form = z.object({
  point: z.string().max(100),
  action: z.enum(decisionActions),
  comment: comment(longestComment).optional(),
});

/** POST of a rollout's page: does what a person of its spec who signed in decided, and leads back to the page. */
export async function postRollout(request: ConsoleRequest, world: PostRolloutNeeds): Promise<PageAnswer> {
  const { name } = request;
  const visitor = await visitorOf(request, world);
  if (visitor === undefined) return signInPage('');
  const stored = await world.store.load(name);
  const person = stored && personOf(visitor, stored.state.spec);
  if (stored === undefined || person === undefined) return nothingHere('rollout');
  const posted = postedForm(request, form, { formKey: formKeyOf(request), linksUrl: world.linksUrl });
  const back = { to: name, what: 'the rollout' };
  if ('refused' in posted) return nothingDone(posted.refused.status, posted.refused.reason, back);
  const { point, action, comment: written } = posted.fields;
  const reason = written === '' ? undefined : written;
  const decided = await decideSignedIn(name, person, { action, point, reason }, world);
  return decided.outcome === 'refused' ? nothingDone(409, decided.reason, { ...back, written: reason }) : backTo(name);
}
