import { rolesToApprove } from '../approval/asked-people.ts';
import type { RolloutSpec, SlotName } from '../spec/rollout-spec.ts';
import type { FoundAutoscaling } from './autoscaling.ts';
import type { ConfigurationDifference } from './configuration-change.ts';
import type { EventType, PinnedImage, RestoreItem, RollbackMark, RolloutEvent } from './events.ts';
import { closingChange, type ClosingState } from './closing.ts';
import type { Delay } from './delay.ts';
import type { Drained } from './draining.ts';
import { type Matter, mattersAfter } from './matters.ts';
import { endedByPeople, peopleChange, type PeopleState } from './people-state.ts';
import { assertLegal, IllegalTransition, type Phase } from './rule-book.ts';

/** What is true of a rollout after its events so far. */
export interface RolloutState extends PeopleState, ClosingState {
  readonly schema: 1;
  readonly rolloutId: string;
  readonly service: string;
  readonly traceId: string;
  /** Of a push: when it was. */
  readonly pushedAt?: string | undefined;
  readonly image: PinnedImage;
  readonly requestedBy: string;
  /** Why it was asked for, in the words of whoever did. */
  readonly why?: string | undefined;
  readonly executionArn: string;
  readonly spec: RolloutSpec;
  readonly specVersion: number;
  readonly blue: SlotName;
  readonly green: SlotName;
  readonly blueTaskDefinition: string;
  readonly greenBase?: string | undefined;
  readonly configuration?: ConfigurationDifference | undefined;
  /** The image serves already; what is rolled out is the configuration. */
  readonly sameImage?: boolean | undefined;
  readonly blueCount: number;
  readonly blueDigest: string | undefined;
  readonly restorePlan: readonly RestoreItem[];
  /** Items of the plan that others have changed since, as they were seen last. */
  readonly refreshed?: readonly Pick<RestoreItem, 'kind' | 'arn' | 'actions'>[] | undefined;
  /** Why traffic is not put back for now, and since when. */
  readonly restorationHeld?:
    { readonly since: string; readonly why: 'blueDown' | 'unknown'; readonly attempt: number } | undefined;
  /** What people have heard of others' changes after a restoration. */
  readonly othersChanges?: readonly string[] | undefined;
  /** Set where a person goes back to an earlier version. */
  readonly rollback?: RollbackMark | undefined;
  readonly phase: Phase;
  readonly openedAt: string;
  /** What is put back when the rollout ends; absent until it was looked at. */
  readonly autoscaling?: FoundAutoscaling;
  readonly greenTaskDefinition?: string;
  /** Blue answered the health request before anything was changed; absent in records of before. */
  readonly blueAnswered?: boolean | undefined;
  /** Statuses besides 2xx that are good answers, as blue gave such a one: the matcher of its target group. */
  readonly answerAccepts?: string | undefined;
  readonly deploymentId?: string;
  readonly provisionedAt?: string;
  /** Tasks that green was given for the step to come, and since when they are waited for. */
  readonly sizing?: { readonly step: number; readonly count: number; readonly since: string };
  /** Index of the step under way; -1 before the first. */
  readonly step: number;
  /** Percent that green gets. */
  readonly weight: number;
  readonly stepStartedAt?: string;
  /** Since when the bake waits for better evidence. */
  readonly heldSince?: string | undefined;
  /** What somebody else changed and has not put back. */
  readonly interference?: { readonly since: string; readonly changes: string; readonly who?: string } | undefined;
  /** Since when a shift waits for blue to be whole, or for alarms to be quiet. */
  readonly unreadySince?: string | undefined;
  /** Since when its work cannot be done. */
  readonly delay?: Delay | undefined;
  /** Up to when datapoints are in the record, seconds since the epoch. */
  readonly recordedUntil?: number | undefined;
  /** Every change of green's weight, oldest first. */
  readonly shifts: readonly { readonly at: string; readonly weight: number }[];
  /** Why it was rejected or rolled back. */
  readonly reason?: string;
  readonly failedGate?: string;
  readonly rollbackSince?: string;
  /** Fence of the last attempt that could not put traffic back. */
  readonly emergencyOf?: number;
  /** Parts of the rollback whose overrun is in the record. */
  readonly slowParts?: readonly string[];
  /** Executions of the rollback machine that ended too early and are in the record. */
  readonly failedAttempts?: readonly string[];
  readonly closedAt?: string;
  /** When the side that was removed was drained. */
  readonly drained?: Drained | undefined;
  /** What was announced last of weights that were changed after the end, until they are as recorded again. */
  readonly liveWeights?: string | undefined;
  /** When each event that changes nothing else happened first: a call that is repeated does not record it again. */
  readonly happened?: Readonly<Partial<Record<EventType, string>>>;
  /** What stays open and is told again, oldest first. */
  readonly matters?: readonly Matter[];
}

/**
 * Whether people have to approve before anything changes, and have not yet. A way back never waits for approval: it goes only to
 * a version that served, which its opening has proven.
 */
export function needsApproval({ spec, approval, rollback }: RolloutState): boolean {
  if (rollback !== undefined) return false;
  return rolesToApprove(spec.approvals).length > 0 && approval?.grantedAt === undefined;
}

type OpenedEvent = Extract<RolloutEvent, { type: 'RolloutOpened' }>;

/** The state of a rollout that has just been opened. */
export function openedState(rolloutId: string, at: string, event: OpenedEvent): RolloutState {
  const { type: _, ...facts } = event;
  return {
    schema: 1,
    rolloutId,
    phase: 'checking',
    openedAt: at,
    step: -1,
    weight: 0,
    shifts: [],
    ...facts,
    matters: mattersAfter([], event, at),
  };
}

/**
 * The state after one more event.
 * @throws IllegalTransition where the phase does not allow the event
 */
export function evolve(state: RolloutState, event: RolloutEvent, at: string): RolloutState {
  assertLegal(state, event.type);
  return {
    ...state,
    ...change(state, event, at),
    ...endedByPeople(state, event, at),
    matters: mattersAfter(state.matters ?? [], event, at),
  };
}

function change(state: RolloutState, event: RolloutEvent, at: string): Partial<RolloutState> {
  switch (event.type) {
    case 'PreChecksPassed':
      return {
        phase: needsApproval(state) ? 'awaitingApproval' : 'provisioning',
        blueAnswered: event.results.some(({ answered }) => answered === true),
        answerAccepts: event.results.find(({ accepts }) => accepts !== undefined)?.accepts,
      };
    case 'RolloutRejected':
      return { phase: 'rejected', reason: event.reason, closedAt: at };
    case 'CapacityRecorded': {
      const { type: _, ...autoscaling } = event;
      return { autoscaling };
    }
    case 'GreenSized':
      return { sizing: sized(state, event.step, event.count, at) };
    case 'GreenDeployed':
      return { greenTaskDefinition: event.taskDefinition, deploymentId: event.deploymentId, provisionedAt: at };
    case 'GreenReady':
      return { phase: 'verifying' };
    case 'HeaderRouteOpened':
      return { phase: 'shifting' };
    case 'TrafficShifted':
      return shifted(state, event.step, event.weight, at);
    case 'GreenAnalysed':
      return { recordedUntil: event.settledUntil ?? state.recordedUntil };
    case 'ForeignChange':
      return {
        interference: {
          since: state.interference?.since ?? at,
          changes: JSON.stringify(event.changes),
          who: event.who,
        },
      };
    case 'ForeignChangeUndone':
      return { interference: undefined };
    case 'RolloutDelayed':
      return { delay: { since: at, until: event.until } };
    case 'DelayEnded':
      return { delay: undefined };
    case 'ShiftHeld':
      return { unreadySince: at };
    case 'CapacityPinned':
      return { blueCount: event.blueCount, happened: { [event.type]: at, ...state.happened } };
    case 'BakeHeld':
      return { heldSince: at };
    case 'StepPassed':
      return { phase: event.step === state.spec.steps.length - 1 ? 'finishing' : 'shifting' };
    case 'RollbackRequested':
      return {
        phase: 'rollingBack',
        rollbackSince: at,
        reason: event.reason,
        ...(event.gate === undefined ? {} : { failedGate: event.gate }),
      };
    case 'TrafficSteppedBack':
      // The way back leads down only.
      if (event.weight >= state.weight) throw new IllegalTransition(state, event.type);
      return { weight: event.weight, shifts: [...state.shifts, { at, weight: event.weight }] };
    case 'TrafficRestored':
      return { weight: 0, shifts: [...state.shifts, { at, weight: 0 }], restorationHeld: undefined };
    case 'RestorePlanRefreshed':
      return { refreshed: refreshedBy(state, event.items) };
    case 'RestorationHeld':
      return { restorationHeld: { since: at, why: event.why, attempt: event.attempt } };
    case 'OthersChangesKept':
    case 'OthersChangesLost':
      return { othersChanges: [...(state.othersChanges ?? []), ...event.rules] };
    case 'TrafficNotRestored':
      return { emergencyOf: event.attempt };
    case 'RollbackPartSlow':
    case 'RollbackSlow':
      return { slowParts: [...(state.slowParts ?? []), event.part] };
    case 'RollbackAttemptFailed':
      return { failedAttempts: [...(state.failedAttempts ?? []), event.execution] };
    case 'RolledBack':
      return { phase: 'rolledBack', closedAt: at };
    case 'RolloutSucceeded':
      return { phase: 'succeeded', closedAt: at };
    case 'ApprovalRequested':
    case 'Approved':
    case 'ApprovalGranted':
    case 'DecisionRequested':
    case 'RolloutPaused':
    case 'RolloutResumed':
    case 'StepPromoted':
    case 'RetryRequested':
      return peopleChange(state, event, at);
    case 'CloseRequested':
    case 'RollbackClosed':
      return closingChange(state, event, at);
    case 'RolloutOpened':
    case 'GreenVerified':
    case 'BlueVerified':
    case 'BlueNotHealthy':
    case 'BlueAnswered':
    case 'StickinessRestored':
    case 'EvidenceCaptured':
    case 'EvidenceMissing':
    case 'CapacityRestored':
    case 'GreenRemoved':
    case 'BlueScaledDown':
    case 'BlueRetired':
    case 'RequestsMoved':
    case 'RequestsNotMoved':
    case 'TrafficStrayed':
    case 'TrafficGivenBack':
      return { happened: { [event.type]: at, ...state.happened } };
    case 'SideDrained': {
      const { type: _, ...drained } = event;
      return { drained };
    }
    case 'WeightsChanged':
    case 'UsersUnserved':
      return { liveWeights: JSON.stringify([event.type, event.rules]) };
    case 'WeightsAsRecorded':
      return { liveWeights: undefined };
    case 'AlertTaken':
      return {};
  }
}

/** The newest of each rule; the others stay. */
function refreshedBy(
  { refreshed = [] }: RolloutState,
  items: NonNullable<RolloutState['refreshed']>,
): RolloutState['refreshed'] {
  return [...refreshed.filter(({ arn }) => items.every((item) => item.arn !== arn)), ...items];
}

/** The time runs from the first look at a step, however often blue grows meanwhile. */
function sized({ sizing }: RolloutState, step: number, count: number, at: string): NonNullable<RolloutState['sizing']> {
  return { step, count, since: sizing?.step === step ? sizing.since : at };
}
/** What was said of the step before does not count for the next one. */
const freshStep = { asked: undefined, promotion: undefined, pausedMs: 0 } as const;

function shifted(state: RolloutState, step: number, weight: number, at: string): Partial<RolloutState> {
  const shifts = [...state.shifts, { at, weight }];
  return {
    phase: 'baking',
    step,
    weight,
    stepStartedAt: at,
    heldSince: undefined,
    unreadySince: undefined,
    shifts,
    ...freshStep,
  };
}
