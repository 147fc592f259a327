import { actionsAt, type DecisionAction, judgeAction } from '../../approval/decision-actions.ts';
import { type LinkState, linkState, pointOf } from '../../approval/link-state.ts';
import type { SignedIn } from '../../identity/sign-in.ts';
import type { DecisionLink } from '../../approval/links.ts';
import type { RolloutStore } from '../../ports/rollout-store.ts';
import type { DecisionPoint } from '../../rollout/people-state.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { Person } from '../../specification/approvals.ts';
import { openLink, type OpenLinkNeeds } from './open-link.ts';
import type { Part } from '../../ports/world.ts';
import type { SlotReaders } from '../../view/live-sides.ts';
import { readKnown, type ViewReaders } from '../../view/read-rollout.ts';
import { type RolloutView, rolloutView } from '../../view/rollout-view.ts';

/** One thing that the holder of a link may do now, or why they may not. */
export interface OfferedAction {
  readonly action: DecisionAction;
  /** Why this person cannot do it now. */
  readonly refused?: string | undefined;
  /** They could once they have signed in. */
  readonly needsSignIn: boolean;
}

/** What the page of a link shows: all that somebody has to know to decide. */
export interface DecisionView {
  readonly link: DecisionLink;
  readonly person: Person;
  readonly state: RolloutState;
  readonly stage: string;
  readonly now: Date;
  readonly linkState: LinkState;
  readonly offered: readonly OfferedAction[];
  /** The rollout as every page and the command line show it. */
  readonly rollout: RolloutView;
}

/** Nothing in it writes: the function that shows a page has no more. */
export interface ShowDecisionNeeds extends Part<'now' | 'installation'>, OpenLinkNeeds {
  readonly store: Pick<RolloutStore, 'service'> & ViewReaders['store'];
  /** What the slots are read by; absent where a role may not. */
  readonly sides?: SlotReaders;
}

/**
 * What the page of a link shows; `undefined` for a token that was not issued. Changes nothing, however often it is called.
 * @param signedIn whom an issuer has vouched for
 */
export async function showDecision(
  token: string,
  world: ShowDecisionNeeds,
  signedIn?: SignedIn,
): Promise<DecisionView | undefined> {
  const opened = await openLink(token, world);
  if (opened === undefined) return undefined;
  const { link, person, stored } = opened;
  const { state } = stored;
  const { store, installation } = world;
  const [{ lockedBy }, read] = await Promise.all([store.service(state.service), readKnown(stored, store, world.sides)]);
  const now = world.now();
  const linked = linkState(link, state, lockedBy, now);
  return {
    link,
    person,
    state,
    stage: installation.stage,
    now,
    linkState: linked,
    offered:
      linked.kind === 'open' ? offersAt(pointOf(link, state), person, state, identityBy(signedIn, person), now) : [],
    rollout: rolloutView({ ...read, stage: installation.stage, now }),
  };
}

/** An address as issuers write it. What is no ASCII is refused as received: a letter may become another one by lower case alone. */
const asciiMail = /^[!-~]+$/;

/** Signing in counts for the person whom the link was sent to, and for nobody else. */
export function identityBy(signedIn: SignedIn | undefined, person: Person): 'verified' | 'link' {
  return signedIn !== undefined && isThat(person, signedIn) ? 'verified' : 'link';
}

/** An issuer and a subject that the spec names are all that counts: a mail address may be given to another person later. */
function isThat(person: Person, { mail, oidc }: SignedIn): boolean {
  if (person.oidc !== undefined) return oidc?.issuer === person.oidc.issuer && oidc.subject === person.oidc.subject;
  return asciiMail.test(mail) && person.mail?.toLowerCase() === mail.toLowerCase();
}

/** Returns what a person may do at a decision point, and why not what they may not. */
export function offersAt(
  point: DecisionPoint,
  person: Person,
  state: RolloutState,
  how: 'verified' | 'link',
  now: Date,
): readonly OfferedAction[] {
  return actionsAt(point, state).map((action) => {
    // A comment that nobody wrote yet must not make an action impossible.
    const reason = 'because';
    const judged = judgeAction(state, person, action, { how, reason }, now);
    const signedIn = judgeAction(state, person, action, { how: 'verified', reason }, now);
    return {
      action,
      refused: judged.outcome === 'refused' ? judged.reason : undefined,
      needsSignIn: judged.outcome === 'refused' && signedIn.outcome === 'counts',
    };
  });
}
