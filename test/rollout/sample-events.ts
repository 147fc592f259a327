import type { EventType, RolloutEvent } from '../../lib/rollout/events.ts';
import type { Phase } from '../../lib/rollout/phase.ts';
import { evolve, openedState, type RolloutState } from '../../lib/rollout/state.ts';
import { openedEvent } from '../contract/opened-event.ts';
import { digestOf } from '../model/model-world.ts';
import { withApprovals } from '../usecases/journey.ts';

export const at = '2026-03-01T11:00:00.000Z';

/** What PagerDuty said of an alert. */
const heard = {
  need: 'TrafficNotRestored',
  by: 'ada',
  person: true,
  occurredAt: at,
  heard: '01EVENT',
  page: 'https://sample.pagerduty.com/incidents/Q1',
} as const;

const checked = { name: 'cluster', passed: true, result: 'passed', saw: 'ACTIVE', expected: 'ACTIVE' } as const;

/** One event of every type; the compiler asks for each. */
export const samples: { readonly [Type in EventType]: Extract<RolloutEvent, { type: Type }> } = {
  RolloutOpened: openedEvent(),
  PreChecksPassed: { type: 'PreChecksPassed', results: [{ name: 'image', passed: true, saw: 'x', expected: 'y' }] },
  RolloutRejected: { type: 'RolloutRejected', reason: 'the tag does not match', results: [] },
  CapacityRecorded: {
    type: 'CapacityRecorded',
    blue: { min: 2, max: 6, suspended: { scaleIn: false, scaleOut: false, scheduled: false } },
  },
  CapacityPinned: { type: 'CapacityPinned', blueCount: 4 },
  RequesterFound: {
    type: 'RequesterFound',
    by: 'Ana',
    identities: ['arn:aws:iam::111122223333:user/ana'],
    withdrawn: [],
  },
  RequesterUnknown: { type: 'RequesterUnknown', why: 'the history tells nothing' },
  ApprovalRequested: { type: 'ApprovalRequested', required: ['qa'], asked: ['Cleo'], until: at },
  Approved: { type: 'Approved', by: 'Cleo', how: 'link', roles: ['qa'] },
  ApprovalGranted: { type: 'ApprovalGranted' },
  BreakGlassUsed: { type: 'BreakGlassUsed', by: 'Ana', how: 'command', reason: 'users cannot pay' },
  BreakGlassReviewed: { type: 'BreakGlassReviewed', by: 'Ben', how: 'command', reason: 'it was right' },
  DirectUseRecorded: {
    ...{ type: 'DirectUseRecorded', at, actor: 'grace@laptop', source: 'file', rules: ['arn:rule has blue'] },
    ...{ restored: true, why: 'users cannot pay', by: 'Ana', how: 'command', reason: 'taken in' },
  },
  DirectUseReviewed: { type: 'DirectUseReviewed', by: 'Ben', how: 'command', reason: 'it was right' },
  DecisionRequested: { type: 'DecisionRequested', step: 0, reason: 'too few requests', asked: ['Cleo'], until: at },
  RolloutPaused: { type: 'RolloutPaused', by: 'Ana', how: 'command', reason: 'lunch' },
  RolloutResumed: { type: 'RolloutResumed', by: 'Ana', how: 'slack' },
  StepPromoted: { type: 'StepPromoted', step: 0, full: false, by: 'Ana', how: 'verified', reason: 'looks good' },
  RetryRequested: { type: 'RetryRequested', execution: 'web-1-retry-1', by: 'Ana', how: 'command' },
  GreenDeployed: { type: 'GreenDeployed', taskDefinition: 'web:2', deploymentId: 'ecs-svc/3', count: 2 },
  GreenReady: { type: 'GreenReady', running: 2, digest: digestOf('b') },
  TaskBegun: {
    type: 'TaskBegun',
    stage: 'before',
    task: 'migrate',
    run: 1,
    command: ['npm', 'run', 'migrate'],
    within: 900,
    key: 'k',
  },
  TaskStarted: { type: 'TaskStarted', stage: 'before', task: 'migrate', run: 1, arn: 'task/1' },
  TaskPassed: { type: 'TaskPassed', stage: 'before', task: 'migrate', run: 1, seconds: 12, logs: 's3://evidence/x' },
  TaskSkipped: { type: 'TaskSkipped', stage: 'before', task: 'migrate', rolloutId: 'web-0', key: 'k' },
  TaskFailed: { type: 'TaskFailed', stage: 'before', task: 'migrate', run: 1, reason: 'exit code 3', exitCode: 3 },
  TaskDecisionRequested: {
    type: 'TaskDecisionRequested',
    stage: 'before',
    task: 'migrate',
    run: 1,
    reason: 'it did not end',
    asked: ['Cleo'],
    until: at,
  },
  TaskDecided: { type: 'TaskDecided', stage: 'before', task: 'migrate', answer: 'again', by: 'Ana', how: 'command' },
  GreenRequestsPassed: {
    type: 'GreenRequestsPassed',
    results: [{ name: 'health-ready', saw: 'status 200 in 12 ms', milliseconds: 12 }],
  },
  GreenVerified: { type: 'GreenVerified', url: 'http://127.0.0.1/health', status: 200, milliseconds: 3 },
  HeaderRouteOpened: { type: 'HeaderRouteOpened', header: 'canary', value: 'true' },
  GreenSized: { type: 'GreenSized', step: 0, count: 2, blueCount: 4 },
  TrafficShifted: { type: 'TrafficShifted', step: 0, weight: 10 },
  GreenAnalysed: { type: 'GreenAnalysed', step: 0, verdict: 'pass', reason: 'all well', secondsLeft: 4, gates: [] },
  BakeHeld: { type: 'BakeHeld', step: 0, reason: 'too few requests', until: at },
  ForeignChange: {
    type: 'ForeignChange',
    changes: [{ what: 'priority of rule 1', expected: '10', found: '20' }],
    who: 'nobody knows yet',
    until: at,
  },
  ForeignChangeUndone: { type: 'ForeignChangeUndone' },
  ShiftHeld: { type: 'ShiftHeld', step: 0, reason: '1 of 2 targets', until: at },
  RolloutDelayed: { type: 'RolloutDelayed', reason: 'AWS throttles calls', until: at },
  SideDrained: { type: 'SideDrained', side: 'green', seconds: 42, secondsSinceShift: 60, tasksLeft: 0, cut: false },
  DelayEnded: { type: 'DelayEnded', seconds: 95 },
  CalendarHeld: {
    type: 'CalendarHeld',
    step: 1,
    kind: 'freeze',
    reason: 'freeze "holidays" is in force; rollouts may go on at 2026-03-02T00:00:00.000Z',
    opensAt: '2026-03-02T00:00:00.000Z',
    until: '2026-03-02T06:00:00.000Z',
  },
  CalendarOpened: { type: 'CalendarOpened', step: 1, seconds: 600 },
  CalendarOverridden: { type: 'CalendarOverridden', by: 'Ana', how: 'command', reason: 'a fix that cannot wait' },
  StepPassed: { type: 'StepPassed', step: 0, weight: 10 },
  RollbackRequested: { type: 'RollbackRequested', reason: 'too many errors', gate: 'error-rate', by: 'the rollout' },
  TrafficRestored: { type: 'TrafficRestored', rules: 1 },
  RecordAltered: { type: 'RecordAltered', what: 'Event 2 was changed.' },
  RestorePlanRefreshed: {
    type: 'RestorePlanRefreshed',
    items: [{ kind: 'rule', arn: 'arn:rule', actions: [{ Type: 'forward', TargetGroupArn: 'arn:group' }] }],
  },
  RestorationHeld: {
    type: 'RestorationHeld',
    attempt: 2,
    why: 'blueDown',
    reason: '0 of 2 targets of blue are healthy, 2 of 2 of green.',
    command: 'sluice rollback web --direct',
  },
  OthersChangesKept: { type: 'OthersChangesKept', rules: ['rule arn had forward and has authenticate-oidc, forward'] },
  OthersChangesLost: { type: 'OthersChangesLost', rules: ['rule arn had authenticate-oidc, forward and has forward'] },
  RuleLeftAsItIs: {
    type: 'RuleLeftAsItIs',
    rules: ['rule arn had authenticate-oidc, forward and has fixed-response'],
    stood: [{ kind: 'rule', arn: 'arn', actions: [{ Type: 'authenticate-oidc' }, { Type: 'forward' }] }],
  },
  RuleDeleted: { type: 'RuleDeleted', rules: ['rule arn was deleted'] },
  OthersChangesUnknown: { type: 'OthersChangesUnknown', rules: ['rule arn has forward'] },
  BlueVerified: { type: 'BlueVerified', healthy: 2 },
  BlueNotHealthy: { type: 'BlueNotHealthy', reason: '0 of 2 targets' },
  TrafficSteppedBack: { type: 'TrafficSteppedBack', weight: 5 },
  StickinessRestored: { type: 'StickinessRestored', rules: 1, seconds: 600 },
  BlueAnswered: { type: 'BlueAnswered', url: 'http://127.0.0.1/health', status: 200, milliseconds: 3 },
  EvidenceCaptured: { type: 'EvidenceCaptured', location: 's3://evidence/rollouts/web/1/evidence.json' },
  EvidenceMissing: { type: 'EvidenceMissing', missing: ['container app has no log configuration'] },
  RollbackPartSlow: { type: 'RollbackPartSlow', part: 'verifyBlue', seconds: 130, budgetSeconds: 120 },
  RollbackSlow: { type: 'RollbackSlow', part: 'whole', seconds: 310, budgetSeconds: 300 },
  TrafficNotRestored: {
    type: 'TrafficNotRestored',
    attempt: 2,
    reason: 'the load balancer does not answer',
    rules: ['rule arn has {}, wanted: all to web-a'],
    command: 'sluice rollback web --direct',
  },
  RestorationThrottled: {
    type: 'RestorationThrottled',
    attempt: 2,
    reason: 'AWS throttles calls (ThrottlingException: Rate exceeded)',
    rules: ['rule arn has {}, wanted: all to web-a'],
    command: 'sluice rollback web --direct',
  },
  CapacityRestored: { type: 'CapacityRestored' },
  RollbackAttemptFailed: {
    type: 'RollbackAttemptFailed',
    execution: 'web-20260301-110000-abcdef-rb-1',
    status: 'ABORTED',
    reason: 'somebody stopped it.',
    next: 'Attempt 2 is under way.',
  },
  GreenRemoved: { type: 'GreenRemoved' },
  CloseRequested: {
    type: 'CloseRequested',
    by: 'ada',
    how: 'command',
    reason: 'blue serves',
    traffic: ['arn:rule sends 0 % to green, 100 % to blue'],
  },
  RollbackClosed: {
    type: 'RollbackClosed',
    by: 'ada',
    how: 'command',
    reason: 'blue serves',
    serves: 'a',
    putBack: ['the lock is released'],
    stays: ["green's tasks run (web-b)"],
  },
  ScalingReleased: { type: 'ScalingReleased', putBack: ['autoscaling of blue (web-a)'] },
  RolledBack: { type: 'RolledBack', reason: 'too many errors' },
  RolloutSucceeded: { type: 'RolloutSucceeded', digest: digestOf('b'), fullUntil: at, keptUntil: at },
  BlueScaledDown: { type: 'BlueScaledDown', count: 1 },
  RetirementHeld: {
    type: 'RetirementHeld',
    reason: 'stack shop-web sends traffic back to it at the next update that touches Rule',
    target: 'arn:rule',
  },
  BlueRetired: { type: 'BlueRetired' },
  RequestsMoved: { type: 'RequestsMoved', blue: 12_000, green: 0, seconds: 60 },
  RequestsNotMoved: { type: 'RequestsNotMoved', blue: 11_000, green: 40, seconds: 60 },
  TrafficGivenBack: { type: 'TrafficGivenBack', rules: ['arn:rule had 0'] },
  OthersChangesBack: { type: 'OthersChangesBack', rules: ['rule arn'] },
  TrafficStrayed: { type: 'TrafficStrayed', rules: ['arn:rule had 50'] },
  PlannedWorkAnnounced: {
    type: 'PlannedWorkAnnounced',
    of: '0123456789abcdef',
    image: '413-b4dc0de',
    requestedBy: 'Erin',
    startsAt: at,
    endsAt: at,
    before: { image: '412-9f8d111', startsAt: at },
  },
  PlannedWorkWithdrawn: {
    type: 'PlannedWorkWithdrawn',
    of: '0123456789abcdef',
    image: '413-b4dc0de',
    requestedBy: 'Erin',
    startsAt: at,
    reason: 'The request that waited for it was cancelled.',
  },
  MaintenanceBegan: {
    type: 'MaintenanceBegan',
    by: 'Ana',
    how: 'command',
    reason: 'the database is restored',
    since: at,
    keep: false,
    endAfterSeconds: 600,
  },
  MaintenanceEnded: { type: 'MaintenanceEnded', by: 'Ana', how: 'command', reason: 'it is back' },
  MaintenanceReminded: { type: 'MaintenanceReminded', since: at, state: 'targets are not healthy (0 of 2 healthy)' },
  MaintenanceTroubled: { type: 'MaintenanceTroubled', since: at, reason: 'no priority is free' },
  EmergencyBegan: {
    type: 'EmergencyBegan',
    by: 'Ana',
    how: 'command',
    reason: 'both versions are down',
    number: 1,
    parts: ['capacity', 'lastKnownGood'],
    until: '2026-03-01T11:00:00.000Z',
  },
  EmergencyActed: {
    type: 'EmergencyActed',
    number: 1,
    part: 'capacity',
    key: 'capacity',
    what: 'web-a gets 4 tasks, it had 1',
  },
  EmergencyPartFailed: {
    type: 'EmergencyPartFailed',
    number: 1,
    part: 'lastKnownGood',
    key: 'exhausted',
    reason: 'no further version is known to be good',
  },
  EmergencyReminded: { type: 'EmergencyReminded', number: 1, turn: 1, state: '0 of 4 targets healthy' },
  EmergencyEnded: {
    type: 'EmergencyEnded',
    by: 'Sluice',
    reason: 'all targets that users reach are healthy',
    number: 1,
    outcome: 'served',
  },
  WeightsChanged: { type: 'WeightsChanged', rules: ['arn:rule has 100'] },
  UsersUnserved: { type: 'UsersUnserved', rules: ['arn:rule has 100'], restored: ['arn:rule'] },
  WeightsAsRecorded: { type: 'WeightsAsRecorded' },
  AlertTaken: { type: 'AlertTaken', by: 'ada', note: 'on it' },
  AfterChecksPassed: { type: 'AfterChecksPassed', results: [checked] },
  AfterChecksFailed: { type: 'AfterChecksFailed', results: [{ ...checked, passed: false, result: 'failed' }] },
  RetentionChecksPassed: { type: 'RetentionChecksPassed', results: [checked] },
  RetentionChecksFailed: {
    type: 'RetentionChecksFailed',
    results: [{ ...checked, passed: false, result: 'failed' }],
  },
  AlertAcknowledged: { type: 'AlertAcknowledged', ...heard },
  AlertUnacknowledged: { type: 'AlertUnacknowledged', ...heard, by: 'PagerDuty', person: false },
  AlertResolved: { type: 'AlertResolved', ...heard },
};

export const eventTypes = Object.values(samples).map(({ type }) => type);

/** The state after some events, in the model's rollout of three steps. */
export function after(...events: readonly RolloutEvent[]): RolloutState {
  return events.reduce(
    (state, event) => evolve(state, event, at),
    openedState('web-20260301-110000-abcdef', at, openedEvent()),
  );
}

const { PreChecksPassed, GreenReady, HeaderRouteOpened, TrafficShifted, RollbackRequested } = samples;
const toShifting = [PreChecksPassed, GreenReady, HeaderRouteOpened];
const throughAllSteps = [0, 1, 2].flatMap((step): RolloutEvent[] => [
  { type: 'TrafficShifted', step, weight: [10, 50, 100][step] ?? 0 },
  { type: 'StepPassed', step, weight: [10, 50, 100][step] ?? 0 },
]);

/** A rollout in each phase. */
export const inPhase: Readonly<Record<Phase, RolloutState>> = {
  checking: after(),
  awaitingApproval: evolve(
    openedState('web-20260301-110000-abcdef', at, openedEvent({ spec: withApprovals() })),
    PreChecksPassed,
    at,
  ),
  provisioning: after(PreChecksPassed),
  verifying: after(PreChecksPassed, GreenReady),
  shifting: after(...toShifting),
  baking: after(...toShifting, TrafficShifted),
  finishing: after(...toShifting, ...throughAllSteps),
  rollingBack: after(...toShifting, TrafficShifted, RollbackRequested),
  rejected: after(samples.RolloutRejected),
  succeeded: after(...toShifting, ...throughAllSteps, samples.RolloutSucceeded),
  rolledBack: after(RollbackRequested, samples.RolledBack),
};
