import { callerFactsOf, type Decider } from '../rollout/decider.ts';
import type { RolloutState } from '../rollout/state.ts';
import { type Judged, refused } from './judge-approval.ts';

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

/** Returns whether a use is in the record already, from the same source or from the other one. */
export function isKnownUse({ directUses = [] }: Pick<RolloutState, 'directUses'>, use: DirectUse): boolean {
  return directUses.some(({ at, actor, source }) =>
    source === use.source
      ? at === use.at && actor === use.actor
      : Math.abs(Date.parse(at) - Date.parse(use.at)) <= sameUseSeconds * 1000,
  );
}

/**
 * Judges whether a use goes into the record of a rollout. What tells of it was written outside of Sluice: it names rules of this rollout
 * and a time within it, or it is refused. What is in the record already is refused.
 */
export function judgeDirectUse(state: RolloutState, use: DirectUse, decider: Decider, now: Date): Judged {
  const { rolloutId, restorePlan, openedAt, directUses = [] } = state;
  const at = Date.parse(use.at);
  if (isKnownUse(state, use)) return refused(`The record of ${rolloutId} has this use already.`);
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

/** Returns why a person may not review the open direct uses of a rollout: they wrote the rules, or told of it; `undefined` where they may. */
export function whyNotReviewer({ directUses = [] }: RolloutState, { by, principal }: Decider): string | undefined {
  for (const use of directUses.filter(({ reviewedBy }) => reviewedBy === undefined)) {
    const isActor = use.actor === by || use.actor === principal;
    const isTeller = use.by === by || (principal !== undefined && use.principal === principal);
    if (isActor) return `${use.actor} wrote the rules; another person has to review that.`;
    if (isTeller) return `${use.by} took it into the record; another person has to review it.`;
  }
  return undefined;
}
