import type { StoredRollout } from '../ports/rollout-store.ts';
import { describeChange } from '../rollout/configuration-change.ts';
import { describeDrained } from '../rollout/draining.ts';
import type { CheckResult } from '../rollout/event-shapes.ts';
import type { RecordedEvent } from '../rollout/events.ts';
import type { Severity } from '../rollout/events/define-event.ts';
import { isActive } from '../rollout/phase.ts';
import { describeGathered, describeQuiet } from '../rollout/quiet-steps.ts';
import type { RolloutState } from '../rollout/state.ts';
import { readableTimes } from '../specification/text/readable-times.ts';
import { describeEvent, transitionsOf } from '../rollout/transition.ts';
import { abortEffect, type AbortEffect } from './abort-effect.ts';
import { type DriftView, driftOf } from './drift-view.ts';
import { type GateView, gatesOf, type VerdictView, verdictOf } from './gate-view.ts';
import type { LiveSides } from './live-sides.ts';
import { bakeEndsAt, type NextAction, nextActionOf } from './next-action.ts';
import { type ApprovalsView, approvalsOf, type NotifiedView, notifiedOf } from './people-view.ts';
import { type SideView, sidesOf } from './side-view.ts';
import { type RolloutStatus, statusOf, statusText } from './status.ts';
import { type StepView, stepsOf } from './step-view.ts';
import { usersAffected } from './users-affected.ts';

/** The first thing that a person reads of a rollout. */
export interface Strip {
  readonly standing: RolloutStatus;
  /** The same in words. */
  readonly text: string;
  /** Counts from 1; 0 before the first step. */
  readonly step: number;
  readonly steps: number;
  /** Percent of the traffic that green was given. */
  readonly askedWeight: number;
  /** Percent of the requests that it got in the newest period; `undefined` where they were not counted. */
  readonly measuredWeight: number | undefined;
  /** Of the bake under way: 0 once it is over; `undefined` outside a bake. */
  readonly secondsLeft: number | undefined;
  /** Until the end of the rollout at the earliest; `undefined` where it does not go forward. */
  readonly secondsToEnd: number | undefined;
  readonly next: NextAction;
}

/** One transition of the record. */
export interface EventView {
  readonly sequence: number;
  /** ISO 8601. */
  readonly at: string;
  readonly severity: Severity;
  readonly text: string;
}

/**
 * Everything that a page or the command line shows of a rollout: numbers and plain sentences, no markup. Its texts hold what users
 * wrote, so every renderer escapes them.
 */
export interface RolloutView {
  readonly rolloutId: string;
  readonly service: string;
  readonly stage: string;
  /** When it was read, ISO 8601. */
  readonly readAt: string;
  readonly strip: Strip;
  readonly change: {
    /** What the version that serves is called; `undefined` where the record does not know. */
    readonly from: string | undefined;
    readonly fromDigest: string | undefined;
    readonly to: string;
    readonly toDigest: string;
    readonly isSameImage: boolean;
    /** What green gets otherwise than blue besides the image, one line each. */
    readonly configuration: readonly string[];
    /** The task definition that green's is a copy of, where that is not blue's. */
    readonly base: string | undefined;
    readonly blueTaskDefinition: string;
  };
  readonly who: {
    readonly requestedBy: string;
    readonly why: string | undefined;
    readonly specVersion: number;
    readonly openedAt: string;
    readonly closedAt: string | undefined;
  };
  /** How many users green reaches, and how many of them are worse off, in one sentence. */
  readonly affected: string;
  /** Why it was rejected or goes back; the gate that failed, where one did. */
  readonly reason: string | undefined;
  readonly failedGate: string | undefined;
  /** Why a person goes back to an earlier version with it. */
  readonly goesBackBecause: string | undefined;
  /** Who closed its rollback as it is, and why. */
  readonly closedAsItIs: string | undefined;
  readonly drained: string | undefined;
  readonly verdict: VerdictView | undefined;
  readonly steps: readonly StepView[];
  /** How many requests the steps gather against what they need, by the traffic before the rollout; empty where it was not asked for. */
  readonly traffic: readonly string[];
  readonly gates: readonly GateView[];
  readonly abort: AbortEffect;
  /** Blue, then green. */
  readonly sides: readonly [SideView, SideView];
  readonly checks: readonly CheckResult[];
  readonly approvals: ApprovalsView | undefined;
  readonly notified: NotifiedView;
  readonly drift: DriftView | undefined;
  /** The newest transitions, oldest first. */
  readonly events: readonly EventView[];
}

/** What a view is made of. */
export interface ViewFacts {
  readonly stored: StoredRollout;
  /** The first events of the record, the pre-checks among them. */
  readonly first: readonly RecordedEvent[];
  /** The newest events. */
  readonly newest: readonly RecordedEvent[];
  readonly announcedUpTo: number;
  readonly live: LiveSides;
  /** What the version that serves is called. */
  readonly fromTag: string | undefined;
  readonly stage: string;
  readonly now: Date;
}

/** Returns the view of a rollout. */
export function rolloutView(facts: ViewFacts): RolloutView {
  const { stored, newest, announcedUpTo, live, fromTag, stage, now } = facts;
  const { state } = stored;
  const verdict = verdictOf(state, newest);
  const sides = sidesOf(state, live);
  const gates = gatesOf(state, newest);
  const { rolloutId, service, requestedBy, why, specVersion, openedAt, closedAt, closing, rollback, drained } = state;
  return {
    ...{ rolloutId, service, stage, readAt: now.toISOString() },
    strip: stripOf(state, verdict, now),
    change: changeOf(state, fromTag),
    who: { requestedBy, why, specVersion, openedAt, closedAt },
    affected: usersAffected(state, gates, verdict?.measuredWeight),
    reason: state.reason,
    failedGate: state.failedGate,
    goesBackBecause: rollback?.reason,
    closedAsItIs: closing && closingText(state, closing),
    drained: drained && describeDrained(drained),
    verdict,
    steps: stepsOf(state),
    traffic: trafficOf(state),
    gates,
    abort: abortEffect(state, verdict?.measuredWeight, sides, stage),
    sides,
    checks: checksIn(facts.first),
    approvals: approvalsOf(state),
    notified: notifiedOf(state, newest, announcedUpTo),
    drift: driftOf(state),
    events: eventsOf(state, newest),
  };
}

function trafficOf({ spec, leftOut, requestsPerSecond }: RolloutState): readonly string[] {
  if (leftOut === undefined) return [];
  const gathered = requestsPerSecond === undefined ? [] : [`${describeGathered(spec, requestsPerSecond)}.`];
  return [...gathered, ...describeQuiet(spec, leftOut, requestsPerSecond)];
}

function stripOf(state: RolloutState, verdict: VerdictView | undefined, now: Date): Strip {
  const { step, spec, weight, phase } = state;
  const ends = bakeEndsAt(state);
  const left = ends === undefined ? undefined : Math.max(0, Math.ceil((Date.parse(ends) - now.getTime()) / 1000));
  const ahead = spec.steps.slice(step + 1).reduce((sum, { bake }) => sum + bake, 0);
  const goesOn = isActive(state) && phase !== 'rollingBack' && phase !== 'finishing';
  return {
    standing: statusOf(state),
    text: statusText(state),
    step: step + 1,
    steps: spec.steps.length,
    askedWeight: weight,
    measuredWeight: phase === 'baking' ? verdict?.measuredWeight : undefined,
    secondsLeft: left,
    secondsToEnd: goesOn ? (left ?? 0) + ahead : undefined,
    next: nextActionOf(state),
  };
}

function closingText(
  { green }: RolloutState,
  { by, reason, closed, serves }: NonNullable<RolloutState['closing']>,
): string {
  if (closed !== true) return `being closed by ${by}: ${reason}`;
  const side = serves === green ? 'green' : 'blue';
  const traffic = serves === undefined ? 'traffic is split, or could not be read' : `all traffic is on ${side}`;
  return `closed by ${by}, ${traffic}: ${reason}`;
}

function changeOf(state: RolloutState, fromTag: string | undefined): RolloutView['change'] {
  const { image, blueDigest, sameImage, greenBase, blueTaskDefinition, configuration } = state;
  const isOtherBase = greenBase !== undefined && greenBase !== blueTaskDefinition;
  const { changes, more } = configuration ?? { changes: [], more: 0 };
  const lines = isOtherBase && changes.length === 0 ? ['the same configuration'] : changes.map(describeChange);
  return {
    from: fromTag,
    fromDigest: blueDigest,
    to: image.tag ?? image.digest,
    toDigest: image.digest,
    isSameImage: sameImage === true,
    configuration: [...lines, ...(more === 0 ? [] : [`and ${more} more`])],
    base: isOtherBase ? greenBase : undefined,
    blueTaskDefinition,
  };
}

/** The pre-checks run once more after an approval: the newest results count. */
function checksIn(events: readonly RecordedEvent[]): readonly CheckResult[] {
  const event = events.findLast(
    ({ event: { type } }) => type === 'PreChecksPassed' || type === 'RolloutRejected',
  )?.event;
  return event?.type === 'PreChecksPassed' || event?.type === 'RolloutRejected' ? event.results : [];
}

function eventsOf(state: RolloutState, newest: readonly RecordedEvent[]): readonly EventView[] {
  return transitionsOf(newest).map(({ sequence, at, severity, event }) => ({
    ...{ sequence, at, severity },
    text: readableTimes(describeEvent(event, state)),
  }));
}
