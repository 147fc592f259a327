import { type Autoscaling, describeAutoscaling } from './autoscaling.ts';
import { describeClosing } from './closing.ts';
import { nameChanges, subjectOf } from './configuration-change.ts';
import type { EventType, RecordedEvent, RolloutEvent } from './events.ts';
import { describeDrained } from './draining.ts';
import { describeInterference } from './interference.ts';
import { deciderOf, describePeopleEvent } from './people-text.ts';
import type { RolloutState } from './state.ts';

export type Severity = 'info' | 'warning' | 'critical';

/** Who has to care about which event; what is not listed (samples of the gates) is kept but not announced. */
const severities: Readonly<Partial<Record<EventType, Severity>>> = {
  RolloutOpened: 'info',
  PreChecksPassed: 'info',
  ApprovalRequested: 'info',
  Approved: 'info',
  ApprovalGranted: 'info',
  DecisionRequested: 'warning',
  RolloutPaused: 'warning',
  RolloutResumed: 'info',
  StepPromoted: 'info',
  RetryRequested: 'info',
  RolloutRejected: 'warning',
  CapacityPinned: 'info',
  GreenDeployed: 'info',
  GreenReady: 'info',
  GreenVerified: 'info',
  HeaderRouteOpened: 'info',
  GreenSized: 'info',
  TrafficShifted: 'info',
  BakeHeld: 'warning',
  ForeignChange: 'critical',
  ForeignChangeUndone: 'info',
  ShiftHeld: 'warning',
  RolloutDelayed: 'warning',
  DelayEnded: 'info',
  StepPassed: 'info',
  RollbackRequested: 'warning',
  TrafficRestored: 'warning',
  RestorationHeld: 'critical',
  OthersChangesKept: 'warning',
  OthersChangesLost: 'critical',
  BlueVerified: 'info',
  BlueNotHealthy: 'critical',
  TrafficSteppedBack: 'info',
  StickinessRestored: 'info',
  BlueAnswered: 'info',
  EvidenceCaptured: 'info',
  EvidenceMissing: 'warning',
  RollbackPartSlow: 'warning',
  RollbackSlow: 'critical',
  TrafficNotRestored: 'critical',
  CapacityRestored: 'info',
  RollbackAttemptFailed: 'critical',
  GreenRemoved: 'info',
  CloseRequested: 'warning',
  RollbackClosed: 'warning',
  RolledBack: 'warning',
  RequestsMoved: 'info',
  RequestsNotMoved: 'critical',
  TrafficStrayed: 'critical',
  TrafficGivenBack: 'warning',
  RolloutSucceeded: 'info',
  BlueScaledDown: 'info',
  BlueRetired: 'info',
  SideDrained: 'info',
  WeightsChanged: 'warning',
  UsersUnserved: 'critical',
  WeightsAsRecorded: 'info',
  AlertTaken: 'info',
};

/** Severity of a transition; `undefined` for an event that nobody is told of. */
export function severityOf(type: EventType): Severity | undefined {
  return severities[type];
}

const partNames = {
  restore: 'Putting traffic back on blue',
  verifyBlue: 'Verifying blue',
  healthCheck: 'The health check of blue',
  removeGreen: 'Removing green',
  whole: 'The whole rollback',
} as const;

/** The same of one event: going back by hand is more than opening any rollout. */
export function severityOfEvent(event: RolloutEvent): Severity | undefined {
  if (event.type === 'RolloutOpened' && event.rollback !== undefined) return 'warning';
  return severityOf(event.type);
}

/** One plain sentence for people; holds text that users control, so every renderer must escape it. */
export function describeEvent(event: RolloutEvent, state: RolloutState): string {
  switch (event.type) {
    case 'RolloutOpened':
      if (event.rollback !== undefined) {
        return `${event.service}: ROLLBACK to ${imageName(state)} asked for by ${event.requestedBy}: ${event.rollback.reason}`;
      }
      return `${event.service}: rollout of ${subjectOf(state)} opened by ${event.requestedBy}; blue is slot ${event.blue}, green is slot ${event.green}.${configuration(event)}`;
    case 'PreChecksPassed':
      return `All ${event.results.length} pre-checks passed.`;
    case 'RolloutRejected':
      return `Rejected${event.by === undefined ? '' : ` by ${deciderOf(event.by, event.how)}`}: ${event.reason}`;
    case 'ApprovalRequested':
    case 'Approved':
    case 'ApprovalGranted':
    case 'DecisionRequested':
    case 'RolloutPaused':
    case 'RolloutResumed':
    case 'StepPromoted':
    case 'RetryRequested':
      return describePeopleEvent(event, state);
    case 'CapacityRecorded':
      return `Autoscaling as found: blue ${scales(event.blue)}, green ${scales(event.green)}.`;
    case 'CapacityPinned':
      return capacityPinned(event.blueCount, state);
    case 'GreenDeployed':
      return `Green gets ${event.count} task(s) of ${imageName(state)}.`;
    case 'GreenReady':
      return `Green runs ${event.running} task(s), all with ${event.digest}.`;
    case 'GreenVerified':
      return greenVerified(event);
    case 'HeaderRouteOpened':
      return headerRoute(event, state);
    case 'GreenSized':
      return `Green gets ${event.count} task(s) for step ${event.step + 1}; blue has ${event.blueCount}.`;
    case 'TrafficShifted':
      return `Step ${event.step + 1} of ${state.spec.steps.length}: green gets ${event.weight} %.`;
    case 'GreenAnalysed':
      return `Verdict ${event.verdict}: ${event.reason}`;
    case 'BakeHeld':
      return `Step ${event.step + 1} is held until ${event.until} at the latest: ${event.reason}`;
    case 'ForeignChange':
      return `Others changed what this rollout works on: ${describeInterference(event.changes)}. By: ${event.who}. Put it back, or it is rolled back at ${event.until}.`;
    case 'ForeignChangeUndone':
      return 'What others had changed is as it was; the rollout goes on.';
    case 'ShiftHeld':
      return `Step ${event.step + 1} gets no traffic yet, until ${event.until} at the latest: ${event.reason}`;
    case 'RolloutDelayed':
      return `The rollout cannot go on for now and tries again, until ${event.until} at the latest: ${event.reason}`;
    case 'DelayEnded':
      return `After ${event.seconds} s the rollout can go on again.`;
    case 'StepPassed':
      return `Step ${event.step + 1} passed at ${event.weight} %.`;
    case 'RollbackRequested':
      return `Rolling back${event.how === undefined ? '' : `, asked for by ${deciderOf(event.by, event.how)}`}: ${event.reason}`;
    case 'TrafficRestored':
      return `Blue's weights are back on ${event.rules} rule(s), accepted and read back; every node of the load balancer obeys them within about 10 s.`;
    case 'RestorePlanRefreshed':
      return `The restore plan keeps what others changed: ${event.items.map(({ kind, arn }) => `${kind} ${arn}`).join('; ')}`;
    case 'RestorationHeld':
      return `Traffic is NOT put back on blue for now: ${event.reason} To move it all the same, run: ${event.command}`;
    case 'OthersChangesKept':
      return `Others changed rules while the rollout ran; traffic is on blue and their changes are kept: ${event.rules.join('; ')}`;
    case 'OthersChangesLost':
      return `Others changed rules while the rollout ran, and the restoration REMOVED their changes; make them again: ${event.rules.join('; ')}`;
    case 'BlueVerified':
      return `Blue has ${event.healthy} healthy target(s).`;
    case 'BlueNotHealthy':
      return `Blue is not healthy after the rollback: ${event.reason}`;
    case 'TrafficSteppedBack':
      return `On the way back: green keeps ${event.weight} % for a moment.`;
    case 'StickinessRestored':
      return `Group stickiness of ${event.rules} rule(s) is on again, after its ${event.seconds} s.`;
    case 'BlueAnswered':
      return `Blue answered ${event.status} in ${event.milliseconds} ms through the load balancer.`;
    case 'EvidenceCaptured':
      return `Evidence of green is kept at ${event.location}.`;
    case 'EvidenceMissing':
      return `Evidence of green is not complete: ${event.missing.join('; ')}`;
    case 'RollbackPartSlow':
    case 'RollbackSlow':
      return `${partNames[event.part]} took ${event.seconds} s, more than its budget of ${event.budgetSeconds} s.`;
    case 'TrafficNotRestored':
      return `EMERGENCY: traffic could not be put back on blue: ${event.reason} Run: ${event.command}. ${event.rules.join('; ')}`;
    case 'CapacityRestored':
      return `Autoscaling is as it was: blue ${scales(state.autoscaling?.blue)}.`;
    case 'RollbackAttemptFailed':
      return `A rollback did not come to its end: ${event.execution} ended ${event.status}: ${event.reason} ${event.next}`;
    case 'GreenRemoved':
      return 'Green is scaled to zero.';
    case 'RequestsMoved':
      return `The requests are with blue again: ${event.blue} within ${event.seconds} s, none of them green's.`;
    case 'RequestsNotMoved':
      return `After the rollback green still got ${event.green} of ${event.blue + event.green} requests within ${event.seconds} s.`;
    case 'TrafficStrayed':
      return `After the rollback something sent traffic to green again, where nothing runs any more; it was put back to blue: ${event.rules.join('; ')}`;
    case 'TrafficGivenBack':
      return `A rollback that could not read the record had sent traffic to the former blue, while the rollout succeeded; green has it again: ${event.rules.join('; ')}`;
    case 'RolledBack':
      return `Rolled back: ${event.reason}`;
    case 'RolloutSucceeded':
      return `${imageName(state)} serves all traffic; blue is kept until ${event.keptUntil}.`;
    case 'BlueScaledDown':
      return `The former blue is down to ${event.count} task(s).`;
    case 'BlueRetired':
      return 'The former blue is retired.';
    case 'SideDrained':
      return describeDrained(event);
    case 'WeightsChanged':
      return `Outside a rollout the weights were changed; users go to a version that should not serve, and still does: ${event.rules.join('; ')}`;
    case 'UsersUnserved':
      return `Outside a rollout the weights were changed, and users reached no healthy target. ${unserved(event)}`;
    case 'CloseRequested':
    case 'RollbackClosed':
      return describeClosing(event);
    case 'WeightsAsRecorded':
      return 'The weights are again as the rollout left them.';
    case 'AlertTaken':
      return `${deciderOf(event.by, event.how)} takes it${event.note === undefined ? '.' : `: ${event.note}`}`;
  }
}

function unserved({ rules, restored }: Extract<RolloutEvent, { type: 'UsersUnserved' }>): string {
  const found = rules.join('; ');
  return restored.length === 0
    ? `The version that should serve has no healthy target either: ${found}`
    : `${restored.length} rule(s) were put back on the version that should serve: ${found}`;
}

/** Names alone: a value is for who may read the record. */
function configuration({
  configuration: difference,
  sameImage,
}: Extract<RolloutEvent, { type: 'RolloutOpened' }>): string {
  // The name of what is rolled out tells it already.
  if (sameImage === true || difference === undefined || difference.changes.length === 0) return '';
  return ` ${nameChanges(difference)}.`;
}

function scales(settings: Autoscaling | undefined): string {
  return settings === undefined ? 'does not scale by itself' : `scales from ${describeAutoscaling(settings)}`;
}

function capacityPinned(blueCount: number, { autoscaling }: RolloutState): string {
  if (autoscaling?.blue === undefined) return 'Nothing scales blue by itself: there is nothing to pin.';
  return `Blue keeps at least ${blueCount} task(s) until the rollout ends; it ${scales(autoscaling.blue)} otherwise.`;
}

function headerRoute(
  { header, value, withheldFrom = [] }: Extract<RolloutEvent, { type: 'HeaderRouteOpened' }>,
  { spec }: RolloutState,
): string {
  const why = `${withheldFrom.join(', ')}: it authenticates its users, and a header route would let every user in`;
  if (withheldFrom.length === 0) return `Requests with ${header}: ${value} go to green.`;
  if (withheldFrom.length === spec.traffic.length) return `No header leads to green beside ${why}.`;
  return `Requests with ${header}: ${value} go to green, but not beside ${why}.`;
}

function imageName({ image }: RolloutState): string {
  return image.tag ?? image.digest.slice(0, 19);
}

/** The events of a record that people hear about, with their severity. */
export function transitionsOf(events: readonly RecordedEvent[]): readonly (RecordedEvent & { severity: Severity })[] {
  return events.flatMap((recorded) => {
    const severity = severityOfEvent(recorded.event);
    return severity === undefined ? [] : [{ ...recorded, severity }];
  });
}

function greenVerified({ status, milliseconds, healthy }: Extract<RolloutEvent, { type: 'GreenVerified' }>): string {
  if (status === undefined) return `${healthy ?? 0} target(s) of green are healthy before any user sees it.`;
  return `Green answered ${status} in ${milliseconds ?? 0} ms before any user saw it.`;
}
