import { callerFactsOf, type Decider } from '../rollout/decider.ts';
import type { RolloutState } from '../rollout/state.ts';
import { type Judged, refused } from './judge-approval.ts';
import { isUser } from './requester.ts';
import { mayBeSame } from './same-person.ts';

/** A use of `rollback --direct`, as the file that it left or CloudTrail tells it. */
export interface DirectUse {
  /** When the rules were written, ISO 8601. */
  readonly at: string;
  readonly actor: string;
  readonly source: 'file' | 'cloudtrail';
  readonly rules: readonly { readonly arn: string; readonly saw?: string | undefined }[];
  readonly restored?: boolean | undefined;
  readonly why?: string | undefined;
}

/** Clocks of machines differ, and a rule is looked at again after 16 s. */
const sameUseSeconds = 120;
const clockSeconds = 300;
/** Nobody puts rules back more often in one rollout; more would be noise in its state. */
const mostUses = 20;

/**
 * Returns whether a use is in the record already, from the same source or, of the same person, from the other one.
 * @param teller who tells of it now; `undefined` where that is not known yet
 */
export function isKnownUse(
  { directUses = [], spec }: Pick<RolloutState, 'directUses' | 'spec'>,
  use: DirectUse,
  teller?: Decider,
): boolean {
  const told = { ...use, ...(teller !== undefined && { by: teller.by, principal: teller.principal }) };
  return directUses.some((known) =>
    use.source === known.source
      ? use.at === known.at && use.actor === known.actor
      : Math.abs(Date.parse(known.at) - Date.parse(use.at)) <= sameUseSeconds * 1000 &&
        mayBeSame(spec.approvals, doerOf(known), doerOf(told)),
  );
}

/** A file holds a name alone: who tells of what they did themselves is known by their principal, too. */
function doerOf(use: Pick<DirectUse, 'actor' | 'source'> & Partial<Decider>): readonly (string | undefined)[] {
  return [use.actor, ...(use.source === 'file' && use.by === use.actor ? [use.principal] : [])];
}

/**
 * Judges whether a use goes into the record of a rollout. What tells of it was written outside of Sluice: it names rules of this rollout
 * and a time within it, or it is refused. What is in the record already is refused.
 */
export function judgeDirectUse(state: RolloutState, use: DirectUse, decider: Decider, now: Date): Judged {
  const { rolloutId, restorePlan, openedAt, directUses = [] } = state;
  const at = Date.parse(use.at);
  if (isKnownUse(state, use, decider)) return refused(`The record of ${rolloutId} has this use already.`);
  const known = new Set(restorePlan.map(({ arn }) => arn));
  const foreign = use.rules.find(({ arn }) => !known.has(arn));
  if (foreign !== undefined) return refused(`${foreign.arn} is no rule of rollout ${rolloutId}.`);
  if (at < Date.parse(openedAt) - clockSeconds * 1000)
    return refused(`Rollout ${rolloutId} was opened at ${openedAt}, after ${use.at}.`);
  if (at > now.getTime() + clockSeconds * 1000) return refused(`${use.at} has not come yet.`);
  if (directUses.length >= mostUses) return refused(`The record of ${rolloutId} has ${mostUses} direct uses already.`);
  const { reason = '', by, how } = decider;
  if (reason.trim() === '') return refused('Say what this is with --reason.');
  const { restored, why, actor, source } = use;
  return {
    outcome: 'counts',
    events: [
      {
        type: 'DirectUseRecorded',
        ...{ at: new Date(at).toISOString(), actor, source },
        rules: use.rules.map(({ arn, saw }) => (saw === undefined ? arn : `${arn} ${saw}`)),
        ...(restored !== undefined && { restored }),
        ...(why !== undefined && { why }),
        ...{ by, how, reason, ...callerFactsOf(decider) },
      },
    ],
  };
}

/**
 * Returns why a person may not review the open direct uses of a rollout: they wrote the rules, or told of it, under whatever name; or
 * they may have, as several people may be their principal. `undefined` where they may.
 */
export function whyNotReviewer({ directUses = [], spec }: RolloutState, reviewer: Decider): string | undefined {
  for (const use of directUses.filter(({ reviewedBy }) => reviewedBy === undefined)) {
    const why = `${use.actor} wrote the rules; another person has to review that.`;
    if (mayBeSame(spec.approvals, [use.actor], [reviewer.by, reviewer.principal])) return why;
    const told = whyNotAfter({ ...use, did: 'took it into the record' }, reviewer, spec.approvals);
    if (told !== undefined) return told;
    if (mayBeSession(use.actor, reviewer)) return `${why} ${sharedText(reviewer)}`;
  }
  return undefined;
}

/** Returns why somebody may not review what one caller did; `undefined` where they may. */
export function whyNotAfter(
  { by, principal, did }: Pick<Decider, 'by' | 'principal'> & { readonly did: string },
  reviewer: Decider,
  approvals: RolloutState['spec']['approvals'],
): string | undefined {
  const why = `${by} ${did}; another person has to review it.`;
  if (mayBeSame(approvals, [by, principal], [reviewer.by, reviewer.principal])) return why;
  return mayBeSession(principal, reviewer) ? `${why} ${sharedText(reviewer)}` : undefined;
}

/**
 * Whether somebody may have been a session whose name its caller chose: all of them together count as one person. Of a role the record has
 * its name alone, and roles that are named like those of IAM Identity Center may be anybody's.
 */
function mayBeSession(principal: string | undefined, { shared = false }: Decider): boolean {
  return shared && (principal === undefined || !isUser(principal));
}

function sharedText({ principal = 'The caller' }: Decider): string {
  return `${principal} may be several people, so it may be the same one: review with a principal that one person alone can be.`;
}
