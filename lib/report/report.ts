import type { StoredRollout } from '../ports/rollout-store.ts';
import { describeChange } from '../rollout/configuration-change.ts';
import { describeDrained } from '../rollout/draining.ts';
import type { CheckResult } from '../rollout/event-shapes.ts';
import type { RecordedEvent } from '../rollout/events.ts';
import type { Severity } from '../rollout/events/define-event.ts';
import type { TaskSize } from '../rollout/planned-cost.ts';
import { describeDrilled } from '../rollout/drill.ts';
import type { RolloutState } from '../rollout/state.ts';
import { describeEvent, transitionsOf } from '../rollout/transition.ts';
import { type RolloutStatus, statusOf, statusText } from '../view/status.ts';
import { type ReportCost, costOf } from './cost.ts';
import { followUpsOf } from './follow-ups.ts';
import { type GateSeries, gateSeriesOf } from './gate-series.ts';
import { type Act, decisionsOf, type Participant, participantsOf } from './participants.ts';
import { type RequestsServed, requestsServed } from './requests-served.ts';
import { type ReportStep, reportSteps } from './steps.ts';
import { type RolloutTimes, timesOf } from './times.ts';

/** One message of the record. */
export interface ReportMessage {
  readonly sequence: number;
  /** ISO 8601. */
  readonly at: string;
  readonly severity: Severity;
  readonly text: string;
  /** It was sent to the topic, where channels take it from. */
  readonly isAnnounced: boolean;
}

/** One check, as one round of pre-checks found it. */
export interface ReportCheck extends CheckResult {
  /** When the round ended, ISO 8601. */
  readonly at: string;
}

/** The launch record of a rollout: numbers and plain sentences. Its texts hold what users wrote, so every renderer escapes them. */
export interface RolloutReport {
  /** Grows when a field goes or changes its meaning. */
  readonly schema: 1;
  readonly rolloutId: string;
  readonly service: string;
  readonly stage: string;
  /** When the report was made, ISO 8601. */
  readonly madeAt: string;
  readonly version: {
    readonly from: string | undefined;
    readonly fromDigest: string | undefined;
    readonly to: string;
    readonly toDigest: string;
    readonly specVersion: number;
    /** Set where a person went back to a version of before, and why. */
    readonly goesBackBecause: string | undefined;
    /** What a drill came to, or that it is one. */
    readonly drill: string | undefined;
  };
  readonly times: RolloutTimes;
  readonly owner: { readonly requestedBy: string; readonly why: string | undefined };
  readonly participants: readonly Participant[];
  /** What green gets otherwise than blue besides the image, one line each. */
  readonly content: readonly string[];
  readonly checks: readonly ReportCheck[];
  readonly steps: readonly ReportStep[];
  readonly gates: readonly GateSeries[];
  /** Every change of green's weight, oldest first. */
  readonly weights: readonly { readonly at: string; readonly weight: number }[];
  readonly decisions: readonly Act[];
  readonly messages: readonly ReportMessage[];
  readonly result: {
    readonly standing: RolloutStatus;
    readonly text: string;
    readonly reason: string | undefined;
    readonly failedGate: string | undefined;
    readonly drained: string | undefined;
    readonly requests: RequestsServed;
  };
  /** Messages that are warnings or worse. */
  readonly problems: readonly ReportMessage[];
  readonly followUps: readonly string[];
  readonly cost: ReportCost;
}

/** What a report is made of. */
export interface ReportFacts {
  readonly stored: StoredRollout;
  /** The whole record, in order. */
  readonly events: readonly RecordedEvent[];
  readonly announcedUpTo: number;
  /** What the version that served is called. */
  readonly fromTag: string | undefined;
  /** Of green's task; `undefined` where it is not known. */
  readonly taskSize: TaskSize | undefined;
  readonly stage: string;
  readonly now: Date;
}

/** Returns the report of a rollout; of one that runs still, as far as it has come. */
export function rolloutReport(facts: ReportFacts): RolloutReport {
  const { stored, events, announcedUpTo, fromTag, stage, now } = facts;
  const { state } = stored;
  const { rolloutId, service, requestedBy, why, image, blueDigest, specVersion, rollback, drill, drilled } = state;
  const messages = messagesOf(events, state, announcedUpTo);
  return {
    ...{ schema: 1, rolloutId, service, stage, madeAt: now.toISOString() },
    version: {
      ...{ from: fromTag, fromDigest: blueDigest, to: image.tag ?? image.digest, toDigest: image.digest },
      ...{ specVersion, goesBackBecause: rollback?.reason },
      drill: drilled === undefined ? drill && `of the ${drill}, under way` : describeDrilled(drilled),
    },
    times: timesOf(state),
    owner: { requestedBy, why },
    participants: participantsOf(state, events),
    content: contentOf(state),
    checks: checksOf(events),
    steps: reportSteps(state, events),
    gates: gateSeriesOf(state, events),
    weights: state.shifts,
    decisions: decisionsOf(state, events),
    messages,
    result: {
      standing: statusOf(state),
      text: statusText(state),
      reason: state.reason,
      failedGate: state.failedGate,
      drained: state.drained && describeDrained(state.drained),
      requests: requestsServed(events),
    },
    problems: messages.filter(({ severity }) => severity !== 'info'),
    followUps: followUpsOf(stored, events),
    cost: costOf(state, events, facts.taskSize, now),
  };
}

function messagesOf(
  events: readonly RecordedEvent[],
  state: RolloutState,
  announcedUpTo: number,
): readonly ReportMessage[] {
  return transitionsOf(events).map(({ sequence, at, severity, event }) => ({
    ...{ sequence, at, severity, text: describeEvent(event, state), isAnnounced: sequence <= announcedUpTo },
  }));
}

function contentOf({ sameImage, greenBase, blueTaskDefinition, configuration }: RolloutState): readonly string[] {
  const { changes, more } = configuration ?? { changes: [], more: 0 };
  const base = greenBase === undefined || greenBase === blueTaskDefinition ? [] : [`task definition from ${greenBase}`];
  return [
    sameImage === true ? 'the same image' : 'a new image',
    ...base,
    ...changes.map(describeChange),
    ...(more === 0 ? [] : [`and ${more} more changes that the record does not hold`]),
  ];
}

/** The pre-checks run once more after an approval: every round is told. */
function checksOf(events: readonly RecordedEvent[]): readonly ReportCheck[] {
  return events.flatMap(({ at, event }) =>
    event.type === 'PreChecksPassed' || event.type === 'RolloutRejected'
      ? event.results.map((result) => ({ ...result, at }))
      : [],
  );
}
