import type { RolloutSpec, SlotName } from '../spec/rollout-spec.ts';
import type { PeriodOfBoth } from '../analysis/datapoint.ts';
import type { FoundAutoscaling } from './autoscaling.ts';
import type { ConfigurationDifference } from './configuration-change.ts';
import type { ClosingEvent } from './closing-events.ts';
import type { DrainedEvent } from './draining.ts';
import type { Identity, PeopleEvent } from './people-events.ts';
import type { RoutingAction } from './routing.ts';

/** An image as a rollout pins it. */
export interface PinnedImage {
  /** `registry/repository`, without tag and digest. */
  readonly repositoryUri: string;
  readonly digest: string;
  /** The tag that was asked for; `undefined` where a digest was. */
  readonly tag: string | undefined;
}

/** What a rule or listener looked like before the first shift: enough to put it back whole. */
export interface RestoreItem {
  readonly kind: 'rule' | 'listener';
  readonly arn: string;
  readonly actions: readonly RoutingAction[];
  /** To see whether somebody else changes the rule meanwhile; a rollback leaves them alone. */
  readonly conditions?: readonly RoutingAction[] | undefined;
  readonly priority?: string | undefined;
}

export interface CheckResult {
  readonly name: string;
  readonly passed: boolean;
  readonly saw: string;
  readonly expected: string;
  /** Blue answered the health request: it may be judged by it after a rollback. */
  readonly answered?: boolean | undefined;
  /** Blue did not answer with 2xx, but as the matcher of its target group takes for healthy: this matcher. */
  readonly accepts?: string | undefined;
}

/** What one gate said at one look, as it is kept with the rollout. */
export interface RecordedJudgement {
  readonly gate: string;
  readonly outcome: 'pass' | 'hold' | 'fail';
  readonly green?: number | undefined;
  readonly blue?: number | undefined;
  readonly requests: number;
  readonly pass: number;
  readonly abort: number;
  /** What green, blue and the limits are; a share is 0..1. Absent in records of before. */
  readonly unit?: 'share' | 'seconds' | 'count' | undefined;
  /** Where more of it is better: the limits are floors. */
  readonly better?: 'higher' | undefined;
  readonly sure?: number | undefined;
  readonly reason: string;
  /** What it would take to decide. */
  readonly needs?: string | undefined;
  /** Judged and shown, never acted on. */
  readonly dryRun?: boolean | undefined;
}

/** A rollout that is itself a rollback: to the former version while its slot is kept, or to an earlier one of the record. */
export type RollbackMark =
  | { readonly to: 'kept'; readonly reason: string; /** The rollout whose retention ends. */ readonly of: string }
  | {
      readonly to: 'version';
      readonly reason: string;
      /** The rollout whose record shows that the version served; absent in records of before. */
      readonly of?: string | undefined;
    };

/** The parts of a rollback that are timed besides traffic and the whole. */
export type RollbackPart = 'verifyBlue' | 'healthCheck' | 'removeGreen';

/** Everything that can happen to a rollout. The record is the list of these; the state follows from them. */
export type RolloutEvent =
  | PeopleEvent
  | ClosingEvent
  | {
      readonly type: 'RolloutOpened';
      readonly service: string;
      readonly image: PinnedImage;
      readonly requestedBy: string;
      /** Why it was asked for, in the words of whoever did. */
      readonly why?: string | undefined;
      /** Of a push: when it was; a late event of an older one is refused. */
      readonly pushedAt?: string | undefined;
      readonly traceId: string;
      readonly executionArn: string;
      readonly spec: RolloutSpec;
      readonly specVersion: number;
      readonly blue: SlotName;
      readonly green: SlotName;
      readonly blueTaskDefinition: string;
      /** What green's is a copy of, with the new image; absent in records of before, where it was blue's. */
      readonly greenBase?: string | undefined;
      /** What green gets otherwise than blue besides the image. */
      readonly configuration?: ConfigurationDifference | undefined;
      /** The image serves already; what is rolled out is the configuration. */
      readonly sameImage?: boolean | undefined;
      readonly blueCount: number;
      /** What blue's tasks run; `undefined` where ECS did not tell one digest. */
      readonly blueDigest: string | undefined;
      readonly restorePlan: readonly RestoreItem[];
      /** Set where a person goes back to an earlier version. */
      readonly rollback?: RollbackMark | undefined;
    }
  | { readonly type: 'PreChecksPassed'; readonly results: readonly CheckResult[] }
  /** The autoscaling of both slots as it was found, before any of it is changed. */
  | ({ readonly type: 'CapacityRecorded' } & FoundAutoscaling)
  | { readonly type: 'CapacityPinned'; readonly blueCount: number }
  | {
      readonly type: 'RolloutRejected';
      readonly reason: string;
      readonly results: readonly CheckResult[];
      /** The person who rejected it; absent where a check or the time did. */
      readonly by?: string | undefined;
      readonly how?: Identity | undefined;
    }
  | {
      readonly type: 'GreenDeployed';
      readonly taskDefinition: string;
      readonly deploymentId: string;
      readonly count: number;
    }
  | { readonly type: 'GreenReady'; readonly running: number; readonly digest: string }
  | {
      readonly type: 'GreenVerified';
      /** Absent where no request was sent. */
      readonly url?: string | undefined;
      readonly status?: number | undefined;
      readonly milliseconds?: number | undefined;
      /** What showed that it was green: the version in its answers, the count of its target group, or its targets' health alone. */
      readonly proof?: 'version' | 'requests' | 'targetHealth' | undefined;
      /** Requests that were sent and answered, and what green's target group counted of them. */
      readonly requests?: number | undefined;
      readonly counted?: number | undefined;
      /** Healthy targets. */
      readonly healthy?: number | undefined;
    }
  | {
      readonly type: 'HeaderRouteOpened';
      readonly header: string;
      readonly value: string;
      /** Rules and listeners that authenticate their users: a header route beside them would let everybody in. */
      readonly withheldFrom?: readonly string[] | undefined;
    }
  /** Green is given more tasks for the step to come, or waited for. */
  | {
      readonly type: 'GreenSized';
      readonly step: number;
      readonly count: number;
      /** What blue had then. */
      readonly blueCount: number;
    }
  | { readonly type: 'TrafficShifted'; readonly step: number; readonly weight: number }
  | {
      readonly type: 'GreenAnalysed';
      readonly step: number;
      readonly verdict: 'pass' | 'hold' | 'fail';
      readonly reason: string;
      /** Share of green in the requests of the newest period, in percent; absent without requests. */
      readonly measuredWeight?: number | undefined;
      readonly secondsLeft: number;
      /** End of the newest period that this look knew, seconds since the epoch. */
      readonly settledUntil?: number | undefined;
      /** What this look saw that no earlier one had recorded, or what CloudWatch revised since. */
      readonly datapoints?: readonly PeriodOfBoth[] | undefined;
      readonly gates: readonly RecordedJudgement[];
    }
  | { readonly type: 'BakeHeld'; readonly step: number; readonly reason: string; readonly until: string }
  /** Somebody else changed what the rollout works on; it is held until that is put back. */
  | {
      readonly type: 'ForeignChange';
      readonly changes: readonly { readonly what: string; readonly expected: string; readonly found: string }[];
      /** Who it was, in words, as far as the account's trail tells by now. */
      readonly who: string;
      /** When the rollout goes back if it is not put back. */
      readonly until: string;
    }
  | { readonly type: 'ForeignChangeUndone' }
  /** Blue could not carry everything again if green failed: no traffic is shifted until it can. */
  | { readonly type: 'ShiftHeld'; readonly step: number; readonly reason: string; readonly until: string }
  /** Work of the rollout could not be done: a service is out or busy. It is tried again. */
  | { readonly type: 'RolloutDelayed'; readonly reason: string; readonly until: string }
  /** It could be done again. */
  | { readonly type: 'DelayEnded'; readonly seconds: number }
  | { readonly type: 'StepPassed'; readonly step: number; readonly weight: number }
  | {
      readonly type: 'RollbackRequested';
      readonly reason: string;
      /** The gate that failed, where one did. */
      readonly gate?: string | undefined;
      readonly by: string;
      /** How a person was told who asked for it; absent where the rollout or its guard did. */
      readonly how?: Identity | undefined;
    }
  | { readonly type: 'TrafficRestored'; readonly rules: number }
  /** Others changed rules of the restore plan in more than weights: the plan keeps what they added. */
  | {
      readonly type: 'RestorePlanRefreshed';
      readonly items: readonly Pick<RestoreItem, 'kind' | 'arn' | 'actions'>[];
    }
  /** Traffic stays where it is for now: blue has no healthy target and green has, or nothing tells. */
  | {
      readonly type: 'RestorationHeld';
      /** The fence of the attempt: each one that holds traffic says so, once. */
      readonly attempt: number;
      readonly why: 'blueDown' | 'unknown';
      readonly reason: string;
      /** What a person runs to move traffic to blue all the same. */
      readonly command: string;
    }
  /** What others changed in the rules while the rollout ran is still there after the restoration. */
  | { readonly type: 'OthersChangesKept'; readonly rules: readonly string[] }
  /** It is not: a person has to make the changes again. */
  | { readonly type: 'OthersChangesLost'; readonly rules: readonly string[] }
  /** On the way back, where blue has to warm up. */
  | { readonly type: 'TrafficSteppedBack'; readonly weight: number }
  /** The rules have their own group stickiness again, which was off so that no client stayed with green. */
  | { readonly type: 'StickinessRestored'; readonly rules: number; readonly seconds: number }
  | { readonly type: 'BlueVerified'; readonly healthy: number }
  | { readonly type: 'BlueNotHealthy'; readonly reason: string }
  | {
      readonly type: 'BlueAnswered';
      readonly url: string;
      readonly status: number;
      readonly milliseconds: number;
    }
  /** Where the rollback's evidence lies, as `s3://bucket/key`. */
  | { readonly type: 'EvidenceCaptured'; readonly location: string }
  | { readonly type: 'EvidenceMissing'; readonly missing: readonly string[] }
  /** One part of the rollback took longer than its budget. */
  | {
      readonly type: 'RollbackPartSlow';
      readonly part: RollbackPart;
      readonly seconds: number;
      readonly budgetSeconds: number;
    }
  /** Traffic, or the whole rollback, took longer than its budget. */
  | {
      readonly type: 'RollbackSlow';
      readonly part: 'restore' | 'whole';
      readonly seconds: number;
      readonly budgetSeconds: number;
    }
  /** Emergency: the machine could not put traffic back; a person has to. */
  | {
      readonly type: 'TrafficNotRestored';
      /** The fence of the attempt: each one that fails is announced, once. */
      readonly attempt: number;
      readonly reason: string;
      /** Every rule and listener of the restore plan, and what was seen of it. */
      readonly rules: readonly string[];
      /** What to run by hand. */
      readonly command: string;
    }
  | { readonly type: 'CapacityRestored' }
  | {
      readonly type: 'RollbackAttemptFailed';
      /** Name of the execution that ended without having put everything back. */
      readonly execution: string;
      readonly status: 'FAILED' | 'TIMED_OUT' | 'ABORTED';
      readonly reason: string;
      /** What is done about it. */
      readonly next: string;
    }
  | { readonly type: 'GreenRemoved' }
  | { readonly type: 'RolledBack'; readonly reason: string }
  /** After the rollback CloudWatch counted requests of blue, and none of green, for so long. */
  | {
      readonly type: 'RequestsMoved';
      readonly blue: number;
      readonly green: number;
      readonly seconds: number;
    }
  /** After the rollback green still got requests, though no rule sends it any. */
  | {
      readonly type: 'RequestsNotMoved';
      readonly blue: number;
      readonly green: number;
      readonly seconds: number;
    }
  /** After the rollback green got traffic again, from somebody else; it was put back. */
  | { readonly type: 'TrafficStrayed'; /** Each rule, and what it had. */ readonly rules: readonly string[] }
  /** After the rollout's success its rules led to the former blue, from a rollback that could not read the record; they lead to green again. */
  | { readonly type: 'TrafficGivenBack'; /** Each rule, and what it had. */ readonly rules: readonly string[] }
  /** Outside a rollout users were sent to the slot that should not serve, which has healthy targets. */
  | { readonly type: 'WeightsChanged'; /** Each rule, and what it has. */ readonly rules: readonly string[] }
  /** Outside a rollout users were sent to a slot without healthy targets. */
  | {
      readonly type: 'UsersUnserved';
      readonly rules: readonly string[];
      /** Rules that were put back, as the slot that should serve has healthy targets. */
      readonly restored: readonly string[];
    }
  /** The weights are again what the record says. */
  | { readonly type: 'WeightsAsRecorded' }
  | {
      readonly type: 'RolloutSucceeded';
      readonly digest: string;
      readonly fullUntil: string;
      readonly keptUntil: string;
    }
  | DrainedEvent
  | { readonly type: 'BlueScaledDown'; readonly count: number }
  | { readonly type: 'BlueRetired' }
  | {
      /** Somebody takes what is open upon them: reminders end. Possible at any time, also after the end. */
      readonly type: 'AlertTaken';
      readonly by: string;
      /** How they were told; earlier records do not say. */
      readonly how?: Identity | undefined;
      readonly note?: string | undefined;
    };

export type EventType = RolloutEvent['type'];

/** An event in the record. */
export interface RecordedEvent {
  readonly rolloutId: string;
  /** 1 for the first event, without gaps. */
  readonly sequence: number;
  /** ISO 8601, milliseconds. */
  readonly at: string;
  readonly event: RolloutEvent;
}
