import { isApproved, neededApprovals } from '../../approval/needed-approvals.ts';
import { isOneHuman, isRequester, personOfPrincipal } from '../../approval/requester.ts';
import { type Judged, refused } from '../../approval/judge-approval.ts';
import type { RolloutEvent } from '../../rollout/events.ts';
import { needsApproval } from '../../rollout/rollout-facts.ts';
import { evolve, type RolloutState } from '../../rollout/state.ts';
import { decide } from './decide.ts';
import type { Pusher } from '../../ports/push-trail.ts';
import type { Part } from '../../ports/world.ts';
import { messageOf } from '../../specification/text/message-of.ts';

/** What a search for the requester sees of the world. */
export type SeekingWorld = Part<'store' | 'pushTrail' | 'now'>;

/**
 * Looks for who pushed the image of a rollout that waits for approval, until it is found or the time for it is over. What cannot be read
 * now is read again at the next call; at the end of the time it is recorded that it could not be found out, and why.
 * @returns what is known now; `undefined` where there is nothing to look for
 */
export async function seekRequester(
  state: RolloutState,
  world: SeekingWorld,
): Promise<'found' | 'unknown' | 'sought' | undefined> {
  const { requester, phase, image, pushedAt, openedAt, rolloutId } = state;
  if (phase !== 'awaitingApproval' || requester?.standing !== 'sought') return undefined;
  const told = await whoPushed(
    {
      repository: state.spec.image.repository,
      digest: image.digest,
      tag: image.tag,
      at: new Date(pushedAt ?? openedAt),
    },
    world,
  );
  const isOver = world.now().getTime() >= Date.parse(requester.until);
  if (told.principal === undefined && !isOver) return 'sought';
  const judge = (current: RolloutState, now: Date): Judged => {
    if (current.phase !== 'awaitingApproval' || current.requester?.standing !== 'sought')
      return refused('It is known.');
    return { outcome: 'counts', events: consequences(current, foundOut(told, current), now) };
  };
  const { stored } = await decide(rolloutId, judge, world);
  return stored.state.requester?.standing === 'named' ? 'found' : 'unknown';
}

type RequesterEvent = Extract<RolloutEvent, { type: 'RequesterFound' | 'RequesterUnknown' }>;
type Told = Pusher | { readonly principal: undefined; readonly why: string };

async function whoPushed(
  pushed: Parameters<SeekingWorld['pushTrail']['whoPushed']>[0],
  world: SeekingWorld,
): Promise<Told> {
  try {
    const pusher = await world.pushTrail.whoPushed(pushed);
    if (pusher !== undefined) return pusher;
    return { principal: undefined, why: "the account's event history (CloudTrail) does not tell who pushed the image" };
  } catch (error) {
    const saw = messageOf(error).slice(0, 300);
    return { principal: undefined, why: `the account's event history (CloudTrail) could not be read: ${saw}` };
  }
}

/** A principal that is one human is the requester; any other role may be used by several, and its session name proves nothing. */
function foundOut(told: Told, state: RolloutState): RequesterEvent {
  if (told.principal === undefined) return { type: 'RequesterUnknown', why: told.why };
  const { principal, isLookAlike } = told;
  const person = personOfPrincipal(state.spec.approvals, principal);
  const identities = [principal];
  if (person !== undefined || (isOneHuman(principal) && isLookAlike !== true)) {
    const by = person === undefined ? principal : person.name;
    return { type: 'RequesterFound', by, identities, withdrawn: approvedBy(state, { standing: 'named', identities }) };
  }
  const why = `the image was pushed by ${principal}, a role that several people or workflows may use`;
  const withdrawn = approvedBy(state, { standing: 'unknown', why, identities });
  return { type: 'RequesterUnknown', why, identities, withdrawn };
}

/** Names of those whose approval does not count, as they turn out to be the requester. */
function approvedBy(state: RolloutState, requester: NonNullable<RolloutState['requester']>): readonly string[] {
  const { people } = state.spec.approvals;
  const isOne = (name: string) =>
    people.some((person) => person.name === name && isRequester(person, { requestedBy: state.requestedBy, requester }));
  return (state.approval?.given ?? []).map(({ name }) => name).filter(isOne);
}

/** The event, and what follows from it: what was approved may be enough now, or a spec may take no unknown requester. */
function consequences(state: RolloutState, event: RequesterEvent, now: Date): readonly RolloutEvent[] {
  const next = evolve(state, event, now.toISOString());
  const { approvals } = next.spec;
  if (event.type === 'RequesterUnknown' && approvals.unknownRequester === 'refuse') {
    const reason = `It is not known who requested this: ${event.why}. The spec takes no such rollout (approvals.unknownRequester: refuse).`;
    return [event, { type: 'RolloutRejected', reason, results: [] }];
  }
  const isEnough = needsApproval(next) && isApproved(neededApprovals(next), next.approval?.given ?? []);
  return isEnough ? [event, { type: 'ApprovalGranted' }] : [event];
}
