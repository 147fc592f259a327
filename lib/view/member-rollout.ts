import { isActive } from '../rollout/phase.ts';
import { abortEffect, type AbortEffect } from './abort-effect.ts';
import { type GateView, gatesOf, type VerdictView, verdictOf } from './gate-view.ts';
import { type NextAction, nextActionOf } from './next-action.ts';
import type { ReadMemberRollout } from './read-release.ts';
import { sidesOf } from './side-view.ts';
import { type RolloutStatus, statusOf, statusText, waitsForPerson } from './status.ts';
import { usersAffected } from './users-affected.ts';

/** As much of a rollout as the page of its release shows. */
export interface MemberRollout {
  readonly rolloutId: string;
  readonly standing: RolloutStatus;
  /** The same in words. */
  readonly text: string;
  readonly isActive: boolean;
  readonly needsPerson: boolean;
  /** Counts from 1; 0 before the first step. */
  readonly step: number;
  readonly steps: number;
  readonly askedWeight: number;
  readonly measuredWeight: number | undefined;
  readonly verdict: VerdictView | undefined;
  /** The gate that speaks most against green. */
  readonly gate: GateView | undefined;
  readonly affected: string;
  readonly next: NextAction;
  readonly abort: AbortEffect;
}

const order = { fail: 0, hold: 1, pass: 2 } as const;

/** Returns what the page of a release shows of a member's rollout. */
export function memberRolloutOf({ stored: { state }, newest, live }: ReadMemberRollout): MemberRollout {
  const verdict = verdictOf(state, newest);
  const gates = gatesOf(state, newest);
  const status = statusOf(state);
  const { rolloutId, step, spec, weight, phase } = state;
  const worstFirst = gates
    .filter(({ isAdvisory }) => !isAdvisory)
    .toSorted((one, other) => order[one.outcome] - order[other.outcome] || (other.sure ?? 0) - (one.sure ?? 0));
  return {
    ...{ rolloutId, standing: status, verdict, gate: worstFirst[0] },
    ...{ isActive: isActive(state), needsPerson: waitsForPerson(status) },
    ...{ text: statusText(state), step: step + 1, steps: spec.steps.length, askedWeight: weight },
    measuredWeight: phase === 'baking' ? verdict?.measuredWeight : undefined,
    affected: usersAffected(state, gates, verdict?.measuredWeight),
    next: nextActionOf(state),
    abort: abortEffect(state, verdict?.measuredWeight, sidesOf(state, live)),
  };
}
