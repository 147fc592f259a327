import { describe, expect, test } from '@jest/globals';
import type { EventType } from '../../lib/rollout/events.ts';
import { IllegalTransition } from '../../lib/rollout/rule-book.ts';
import { isActive, type Phase } from '../../lib/rollout/phase.ts';
import { evolve } from '../../lib/rollout/state.ts';
import { at, eventTypes, inPhase, samples } from './sample-events.ts';

/** The rule book as people would tell it: where an event leads, phase by phase. What is not here must be refused. */
const ruleBook: Readonly<Record<Phase, Readonly<Partial<Record<EventType, Phase>>>>> = {
  checking: {
    RequesterFound: 'checking',
    RequesterUnknown: 'checking',
    PreChecksPassed: 'provisioning',
    RolloutRejected: 'rejected',
    RollbackRequested: 'rollingBack',
    RolloutPaused: 'checking',
    RolloutResumed: 'checking',
    CalendarOverridden: 'checking',
  },
  awaitingApproval: {
    RequesterFound: 'awaitingApproval',
    RequesterUnknown: 'awaitingApproval',
    ApprovalRequested: 'awaitingApproval',
    Approved: 'awaitingApproval',
    ApprovalGranted: 'checking',
    BreakGlassUsed: 'checking',
    RolloutRejected: 'rejected',
    RollbackRequested: 'rollingBack',
    RolloutPaused: 'awaitingApproval',
    RolloutResumed: 'awaitingApproval',
  },
  provisioning: {
    CapacityRecorded: 'provisioning',
    CapacityPinned: 'provisioning',
    GreenDeployed: 'provisioning',
    GreenReady: 'verifying',
    RollbackRequested: 'rollingBack',
    RolloutPaused: 'provisioning',
    RolloutResumed: 'provisioning',
    CalendarOverridden: 'provisioning',
  },
  verifying: {
    TaskBegun: 'verifying',
    TaskStarted: 'verifying',
    TaskPassed: 'verifying',
    TaskSkipped: 'verifying',
    TaskFailed: 'verifying',
    TaskDecisionRequested: 'verifying',
    TaskDecided: 'verifying',
    GreenVerified: 'verifying',
    GreenRequestsPassed: 'verifying',
    HeaderRouteOpened: 'shifting',
    RollbackRequested: 'rollingBack',
    RolloutPaused: 'verifying',
    RolloutResumed: 'verifying',
    CalendarOverridden: 'verifying',
  },
  shifting: {
    GreenSized: 'shifting',
    ForeignChange: 'shifting',
    ForeignChangeUndone: 'shifting',
    RestorePlanRefreshed: 'shifting',
    ShiftHeld: 'shifting',
    CalendarHeld: 'shifting',
    CalendarOpened: 'shifting',
    TrafficShifted: 'baking',
    RollbackRequested: 'rollingBack',
    RolloutPaused: 'shifting',
    RolloutResumed: 'shifting',
    CalendarOverridden: 'shifting',
  },
  baking: {
    GreenAnalysed: 'baking',
    BakeHeld: 'baking',
    ForeignChange: 'baking',
    ForeignChangeUndone: 'baking',
    RestorePlanRefreshed: 'baking',
    DecisionRequested: 'baking',
    StepPromoted: 'baking',
    StepPassed: 'shifting',
    RollbackRequested: 'rollingBack',
    RolloutPaused: 'baking',
    RolloutResumed: 'baking',
    CalendarOverridden: 'baking',
  },
  finishing: {
    AfterChecksPassed: 'finishing',
    AfterChecksFailed: 'finishing',
    RolloutSucceeded: 'succeeded',
    RollbackRequested: 'rollingBack',
  },
  rollingBack: {
    TrafficRestored: 'rollingBack',
    RestorePlanRefreshed: 'rollingBack',
    RestorationHeld: 'rollingBack',
    OthersChangesKept: 'rollingBack',
    OthersChangesLost: 'rollingBack',
    RuleLeftAsItIs: 'rollingBack',
    RuleDeleted: 'rollingBack',
    OthersChangesUnknown: 'rollingBack',
    BlueVerified: 'rollingBack',
    BlueNotHealthy: 'rollingBack',
    TrafficSteppedBack: 'rollingBack',
    StickinessRestored: 'rollingBack',
    BlueAnswered: 'rollingBack',
    EvidenceCaptured: 'rollingBack',
    EvidenceMissing: 'rollingBack',
    RollbackPartSlow: 'rollingBack',
    RollbackSlow: 'rollingBack',
    RestorationThrottled: 'rollingBack',
    TrafficNotRestored: 'rollingBack',
    CapacityRestored: 'rollingBack',
    GreenRemoved: 'rollingBack',
    CloseRequested: 'rollingBack',
    RollbackClosed: 'rolledBack',
    RolledBack: 'rolledBack',
  },
  rejected: { RetryRequested: 'rejected', ...ofWeights('rejected') },
  succeeded: {
    TaskBegun: 'succeeded',
    TaskStarted: 'succeeded',
    TaskPassed: 'succeeded',
    TaskSkipped: 'succeeded',
    TaskFailed: 'succeeded',
    TaskDecisionRequested: 'succeeded',
    TaskDecided: 'succeeded',
    RetentionChecksPassed: 'succeeded',
    RetentionChecksFailed: 'succeeded',
    BlueScaledDown: 'succeeded',
    RetirementHeld: 'succeeded',
    BlueRetired: 'succeeded',
    TrafficGivenBack: 'succeeded',
    SideDrained: 'succeeded',
    ...ofWeights('succeeded'),
  },
  rolledBack: {
    RetryRequested: 'rolledBack',
    RequestsMoved: 'rolledBack',
    RequestsNotMoved: 'rolledBack',
    TrafficStrayed: 'rolledBack',
    OthersChangesBack: 'rolledBack',
    ScalingReleased: 'rolledBack',
    SideDrained: 'rolledBack',
    ...ofWeights('rolledBack'),
    RestorationHeld: 'rolledBack',
  },
};

/** What is seen of the weights after the end; it leads nowhere. */
function ofWeights(phase: Phase) {
  return { WeightsChanged: phase, UsersUnserved: phase, WeightsAsRecorded: phase };
}

/** What is seen from outside of any rollout that runs; it leads nowhere. */
const fromOutside: readonly EventType[] = ['RollbackAttemptFailed', 'RolloutDelayed', 'DelayEnded'];

/** What is said of the people around it, also after its end. */
const anyTime: readonly EventType[] = [
  'AlertTaken',
  'AlertAcknowledged',
  'AlertUnacknowledged',
  'AlertResolved',
  'RecordAltered',
  'BreakGlassReviewed',
  'DirectUseRecorded',
  'DirectUseReviewed',
  'MaintenanceBegan',
  'MaintenanceEnded',
  'MaintenanceReminded',
  'MaintenanceTroubled',
  'PlannedWorkAnnounced',
  'PlannedWorkWithdrawn',
  'EmergencyBegan',
  'EmergencyActed',
  'EmergencyPartFailed',
  'EmergencyReminded',
  'EmergencyEnded',
  'EmergencySeenTo',
  'IncidentOpened',
  'IncidentCommanded',
  'IncidentNoted',
  'IncidentUpdated',
  'IncidentUpdateDue',
  'IncidentEscalated',
  'IncidentClosed',
];

function nextOf(phase: Phase, type: EventType): Phase | undefined {
  if (anyTime.includes(type)) return phase;
  return fromOutside.includes(type) && isActive(inPhase[phase]) ? phase : ruleBook[phase][type];
}

const phases = Object.values(inPhase).map(({ phase }) => phase);
const every = phases.flatMap((phase) => eventTypes.map((type) => ({ phase, type, next: nextOf(phase, type) })));

describe('evolve', () => {
  test.each(every.filter(({ next }) => next !== undefined))(
    '$type leads from $phase to $next',
    ({ phase, type, next }) => {
      expect(evolve(inPhase[phase], samples[type], at).phase).toBe(next);
    },
  );

  test.each(phases)('a rollout that is %s refuses every other event and says so', (phase) => {
    const refused = every.filter((one) => one.phase === phase && one.next === undefined);

    for (const { type } of refused) {
      const attempt = () => evolve(inPhase[phase], samples[type], at);
      expect(attempt).toThrow(IllegalTransition);
      expect(attempt).toThrow(new RegExp(`is ${phase}; ${type} is not possible`));
    }
    const seen = isActive(inPhase[phase]) ? fromOutside.length : 0;
    expect(refused.length).toBe(eventTypes.length - Object.keys(ruleBook[phase]).length - seen - anyTime.length);
  });

  test('leaves the state that it starts from untouched', () => {
    const before = JSON.stringify(inPhase.shifting);
    evolve(inPhase.shifting, samples.TrafficShifted, at);

    expect(JSON.stringify(inPhase.shifting)).toBe(before);
  });

  test('the last step leads to the finish, one before it to the next shift', () => {
    const last = { type: 'StepPassed', step: 2, weight: 100 } as const;

    expect(evolve(inPhase.baking, last, at).phase).toBe('finishing');
    expect(evolve(inPhase.baking, { ...last, step: 1 }, at).phase).toBe('shifting');
  });

  test('a shift begins a step: its time, its weight, and nothing held over from the one before', () => {
    const held = evolve(inPhase.baking, samples.BakeHeld, at);
    const passed = evolve(held, samples.StepPassed, at);
    const next = evolve(passed, { type: 'TrafficShifted', step: 1, weight: 50 }, '2026-03-01T11:09:00.000Z');

    expect(held.heldSince).toBe(at);
    expect(next).toMatchObject({ step: 1, weight: 50, stepStartedAt: '2026-03-01T11:09:00.000Z' });
    expect(next.heldSince).toBeUndefined();
    expect(next.shifts).toEqual([
      { at, weight: 10 },
      { at: '2026-03-01T11:09:00.000Z', weight: 50 },
    ]);
  });

  test('a rollback keeps why, since when, and which gate, where one failed', () => {
    const { gate: _, ...withoutGate } = samples.RollbackRequested;

    expect(inPhase.rollingBack).toMatchObject({
      reason: 'too many errors',
      failedGate: 'error-rate',
      rollbackSince: at,
    });
    expect(evolve(inPhase.shifting, withoutGate, at)).not.toHaveProperty('failedGate');
  });

  test('remembers when what changes nothing else happened first', () => {
    const once = evolve(inPhase.rollingBack, samples.GreenRemoved, at);
    const twice = evolve(once, samples.GreenRemoved, '2026-03-01T11:09:00.000Z');

    expect(once.happened).toEqual({ GreenRemoved: at });
    expect(evolve(twice, samples.BlueVerified, at).happened).toEqual({ GreenRemoved: at, BlueVerified: at });
  });

  test.each(['rejected', 'succeeded', 'rolledBack'] as const)('a rollout that is %s holds no lock', (phase) => {
    expect(isActive(inPhase[phase])).toBe(false);
    expect(inPhase[phase].closedAt).toBe(at);
  });
});
