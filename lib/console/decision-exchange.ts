import * as z from 'zod';
import { decisionActions } from '../approval/decision-actions.ts';
import type { Mac } from '../ports/links.ts';
import { openLink } from '../usecases/people/open-link.ts';
import { identityBy, showDecision, type ShowDecisionNeeds } from '../usecases/people/show-decision.ts';
import { takeDecision, type TakeDecisionNeeds } from '../usecases/people/take-decision.ts';
import { cookieOf } from './cookies.ts';
import { type Forms, longestComment } from './decision-form.ts';
import { decisionPage, type Refused, unknownLinkPage } from './decision-page.ts';
import { formNonce } from './form-nonce.ts';
import type { SignedIn } from '../identity/sign-in.ts';
import { provenIdentity } from './identity-proof.ts';
import { identityCookie } from './sign-in-exchange.ts';
import { backTo, type PageAnswer, unlessKnown } from './page.ts';
import type { PageRequest } from './page-request.ts';
import { comment, postedForm } from './posted-form.ts';

/** What checks a proof of who signed in. */
interface IdentityNeeds extends Pick<ShowDecisionNeeds, 'now'> {
  readonly identityMac: Pick<Mac, 'verify'>;
}

function signedInAs(
  { headers, token }: PageRequest,
  { identityMac, now }: IdentityNeeds,
): Promise<SignedIn | undefined> {
  return provenIdentity(cookieOf(headers['cookie'], identityCookie), token, identityMac, now());
}

function formsOf(token: string): Forms {
  return { nonce: formNonce(token), signInAt: `../sign-in/${token}` };
}

/** GET and HEAD of a link: shows what is to be decided, and changes nothing. */
export async function getDecision(request: PageRequest, world: ShowDecisionNeeds & IdentityNeeds): Promise<PageAnswer> {
  const { token } = request;
  const view = await showDecision(token, world, await signedInAs(request, world));
  if (view === undefined) return unknownLinkPage();
  return unlessKnown(decisionPage(view, formsOf(token)), request.headers['if-none-match']);
}

const form = z.object({
  /** Of a link that commands the whole rollout: what its page showed. */
  point: z.string().max(100).optional(),
  action: z.enum(decisionActions),
  comment: comment(longestComment).optional(),
});

const refusals = {
  notFromHere: 'It was not sent from this page. Decide here.',
  incomplete: `What was sent is not complete, or the comment has more than ${longestComment} characters.`,
};

export interface PostDecisionNeeds extends TakeDecisionNeeds, IdentityNeeds {
  readonly store: ShowDecisionNeeds['store'] & TakeDecisionNeeds['store'];
  readonly links: ShowDecisionNeeds['links'];
  readonly mac: ShowDecisionNeeds['mac'];
  readonly installation: ShowDecisionNeeds['installation'];
  /** Address of the pages; its origin is the only one that may post. */
  readonly linksUrl: string;
}

/**
 * POST of a link: decides, once, and leads back to the page, which says so. What does not come from that page, or needs what is
 * missing, changes nothing and is told why.
 */
export async function postDecision(request: PageRequest, world: PostDecisionNeeds): Promise<PageAnswer> {
  const { token } = request;
  const opened = await openLink(token, world);
  if (opened === undefined) return unknownLinkPage();
  const signedIn = await signedInAs(request, world);
  const refuse = async (status: Refused['status'], reason: string): Promise<PageAnswer> => {
    const view = await showDecision(token, world, signedIn);
    return view === undefined ? unknownLinkPage() : decisionPage(view, formsOf(token), { status, reason });
  };
  const posted = postedForm(request, form, { formKey: token, linksUrl: world.linksUrl, says: refusals });
  if ('refused' in posted) return refuse(posted.refused.status, posted.refused.reason);
  const { point: shown, action, comment: written } = posted.fields;
  const how = identityBy(signedIn, opened.person);
  const reason = written === undefined || written === '' ? {} : { reason: written };
  const decided = await takeDecision(opened, action, { how, shown, ...reason }, world);
  return decided.outcome === 'refused' ? refuse(409, decided.reason) : backTo(token);
}
