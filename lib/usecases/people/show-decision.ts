import { actionsAt, type DecisionAction, judgeAction } from '../../approval/decision-actions.ts';
import { type LinkStanding, linkStanding } from '../../approval/link-standing.ts';
import type { SignedIn } from '../../identity/sign-in.ts';
import type { DecisionLink } from '../../approval/links.ts';
import type { RolloutStore } from '../../ports/rollout-store.ts';
import type { RecordedEvent } from '../../rollout/events.ts';
import type { CheckResult, RecordedJudgement } from '../../rollout/event-shapes.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { Person } from '../../specification/approvals.ts';
import { openLink, type OpenLinkNeeds } from './open-link.ts';
import type { Part } from '../../ports/world.ts';

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
  readonly standing: LinkStanding;
  readonly offered: readonly OfferedAction[];
  /** What the serving image is called, as far as the record knows. */
  readonly fromTag: string | undefined;
  readonly checks: readonly CheckResult[];
  /** What the gates said last, and when. */
  readonly gates: readonly RecordedJudgement[];
  readonly judgedAt: string | undefined;
}

/** Nothing in it writes: whoever shows a page has no more. */
export interface ShowDecisionNeeds extends Part<'now' | 'surroundings'>, OpenLinkNeeds {
  readonly store: Pick<RolloutStore, 'load' | 'events' | 'service' | 'list'>;
}

/** Rollouts that are looked through for the tag of the image that serves. */
const mostRollouts = 20;
/** The pre-checks are among a rollout's first events, also where they ran once more after its approval. */
const firstEvents = 40;
/** What the gates said last is among its newest ones. */
const newestEvents = 20;

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
  const { state, sequence } = stored;
  const { store, surroundings } = world;
  const [{ lockedBy }, earlier, first, newest] = await Promise.all([
    store.service(state.service),
    store.list(state.service, mostRollouts),
    store.events(state.rolloutId, 0, firstEvents),
    store.events(state.rolloutId, Math.max(0, sequence - newestEvents)),
  ]);
  const now = world.now();
  const standing = linkStanding(link, state, lockedBy, now);
  const look = lookIn(newest);
  return {
    link,
    person,
    state,
    stage: surroundings.stage,
    now,
    standing,
    offered: standing.kind === 'open' ? offeredTo(person, link, state, identityBy(signedIn, person), now) : [],
    fromTag: earlier.find(({ digest, image }) => digest === state.blueDigest && image !== digest)?.image,
    checks: checksIn(first),
    gates: look?.event.gates ?? [],
    judgedAt: look?.at,
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

function offeredTo(
  person: Person,
  link: DecisionLink,
  state: RolloutState,
  how: 'verified' | 'link',
  now: Date,
): readonly OfferedAction[] {
  return actionsAt(link.point, state).map((action) => {
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

function checksIn(events: readonly RecordedEvent[]): readonly CheckResult[] {
  const checked = events.findLast(({ event }) => event.type === 'PreChecksPassed')?.event;
  return checked?.type === 'PreChecksPassed' ? checked.results : [];
}

function lookIn(events: readonly RecordedEvent[]) {
  const look = events.findLast(({ event }) => event.type === 'GreenAnalysed');
  return look?.event.type === 'GreenAnalysed' ? { at: look.at, event: look.event } : undefined;
}
