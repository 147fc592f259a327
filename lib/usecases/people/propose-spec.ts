import { factsOfCaller, recognize, type Calling } from '../../approval/judge-caller.ts';
import type { Asked } from '../../approval/decision-actions.ts';
import { judgeSpecApproval } from '../../approval/judge-spec-approval.ts';
import { isApproved, neededApprovals, openApprovals, openText } from '../../approval/needed-approvals.ts';
import { requesterOfCaller } from '../../approval/requester-of.ts';
import { heldPlaces } from '../../drivers/shapes/held-places.ts';
import type { RolloutStore, StoredSpec } from '../../ports/rollout-store.ts';
import type { Part } from '../../ports/world.ts';
import { deciderOf } from '../../rollout/decider.ts';
import type { SpecProposal } from '../../rollout/spec-proposal.ts';
import { rolesToApprove } from '../../specification/asked-people.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import type { CommandAnswer } from './command-request.ts';
import { isSame } from './same-spec.ts';

interface ProposeNeeds extends Part<'now'> {
  readonly store: Pick<RolloutStore, 'specProposal' | 'putSpecProposal' | 'putSpec'>;
}

/**
 * Returns whether a spec changes who approves, or what another stage must have attested, or lets go of a place, where the version in force
 * has roles that must approve: a person who could change that alone would let versions in alone. A place that is let go of may be taken
 * by a spec of another service, without those people.
 */
export function changesApprovals(inForce: RolloutSpec, next: RolloutSpec): boolean {
  if (rolesToApprove(inForce.approvals).length === 0) return false;
  if (letsGo(inForce, next)) return true;
  const asks = inForce.checks?.attested !== undefined;
  // To ask for more needs nobody.
  return !isSame(inForce.approvals, next.approvals) || (asks && !isSame(attestedOf(inForce), attestedOf(next)));
}

function letsGo(inForce: RolloutSpec, next: RolloutSpec): boolean {
  const kept = heldPlaces(next);
  return [...heldPlaces(inForce).keys()].some((key) => !kept.has(key));
}

function attestedOf({ checks, waivers = [] }: RolloutSpec): object {
  return { attested: checks?.attested, waived: waivers.filter(({ check }) => check === 'attested') };
}

/**
 * Takes a spec that changes who approves, or lets go of a place: the first to apply it proposes it, and the people of the version in force approve it by
 * applying the same one. With the last approval that is needed it is in force.
 * @param amid the revision of all specs by which this one was judged
 * @throws StaleWrite where another person wrote at the same moment
 */
export async function proposeSpec(
  next: RolloutSpec,
  inForce: StoredSpec,
  calling: Calling,
  amid: number,
  { store, now }: ProposeNeeds,
): Promise<CommandAnswer> {
  const at = now().toISOString();
  const former = await store.specProposal(next.service);
  const proposal = former !== undefined && isOpen(former, next, inForce, at) ? former : undefined;
  if (proposal === undefined) {
    const proposed = newProposal(next, inForce, calling, now(), (former?.revision ?? 0) + 1);
    const { waits, why } = neededApprovals(askedOf(proposed, inForce));
    if (waits) return { outcome: 'refused', reason: `${why}, and the version in force takes nothing like that.` };
    await store.putSpecProposal(proposed);
    return waiting(proposed, inForce, proposed.requestedBy);
  }
  const { by } = recognize(inForce.spec.approvals, calling);
  const isDone = (one: SpecProposal) => isApproved(neededApprovals(askedOf(one, inForce)), one.given);
  let approved = proposal;
  // One that has all approvals met another write when its spec was to be stored: nothing is left but that.
  if (!isDone(proposal)) {
    const isOwn =
      (proposal.requester?.standing !== 'sought' &&
        proposal.requester?.identities?.includes(calling.caller.principal)) === true;
    if (isOwn && calling.caller.standing === 'one') return waiting(proposal, inForce, by);
    const judged = judgeSpecApproval(askedOf(proposal, inForce), calling);
    if (judged.outcome === 'refused') return judged;
    const given = [...proposal.given, { ...judged.approval, at }];
    approved = { ...proposal, given, revision: proposal.revision + 1 };
    await store.putSpecProposal(approved);
    if (!isDone(approved)) return waiting(approved, inForce, by);
  }
  const { version } = await store.putSpec(next, appliedBy(approved), at, inForce.version, amid);
  return { outcome: 'done', by, version, changed: true };
}

/** A proposal is for one version in force, for one spec, and for a time. */
function isOpen(proposal: SpecProposal, next: RolloutSpec, inForce: StoredSpec, at: string): boolean {
  const { follows, until, spec } = proposal;
  return follows === inForce.version && Date.parse(at) < Date.parse(until) && isSame(spec, next);
}

function newProposal(
  spec: RolloutSpec,
  { version, spec: { approvals } }: StoredSpec,
  calling: Calling,
  now: Date,
  revision: number,
): SpecProposal {
  const { by, how } = recognize(approvals, calling);
  const { caller } = calling;
  return {
    spec,
    follows: version,
    requestedBy: by,
    requester: requesterOfCaller(caller),
    proposedBy: deciderOf(by, how, factsOfCaller(caller)),
    at: now.toISOString(),
    until: new Date(now.getTime() + approvals.within * 1000).toISOString(),
    given: [],
    revision,
  };
}

function askedOf({ requestedBy, requester, given }: SpecProposal, { spec }: StoredSpec): Asked {
  const { service, approvals } = spec;
  return {
    service,
    spec: { approvals },
    requestedBy,
    requester,
    approval: { given },
    what: 'this change',
  };
}

/** `Erin (by command of arn:…), approved by Ana (verified by AWS as arn:…), Ben (…)`. */
function appliedBy({ proposedBy, given }: SpecProposal): string {
  const approvers = given.map(({ name, how, ...facts }) => deciderOf(name, how, facts));
  return `${proposedBy}, approved by ${approvers.join(', ')}`;
}

function waiting(proposal: SpecProposal, inForce: StoredSpec, by: string): CommandAnswer {
  const needed = neededApprovals(askedOf(proposal, inForce));
  return {
    outcome: 'done',
    by,
    version: inForce.version,
    changed: false,
    proposed: {
      by: proposal.proposedBy,
      until: proposal.until,
      open: openText(openApprovals(needed, proposal.given)),
      why: needed.why,
    },
  };
}
