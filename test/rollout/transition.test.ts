import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RolloutEvent } from '../../lib/rollout/events.ts';
import { describeEvent, severityOf, transitionsOf } from '../../lib/rollout/transition.ts';
import { at, eventTypes, inPhase, samples } from './sample-events.ts';

const state = inPhase.baking;

describe('describeEvent', () => {
  test.each(eventTypes)('says %s in one sentence without holes', (type) => {
    const sentence = describeEvent(samples[type], state);

    expect(sentence).toMatch(/^[A-Za-z0-9][^\n]{10,}$/);
    expect(sentence).not.toMatch(/undefined|null|NaN|\[object|\$\{/);
  });

  test('an image without a tag goes by the beginning of its digest', () => {
    const untagged = { ...state, image: { ...state.image, tag: undefined } };

    expect(describeEvent(samples.RolloutSucceeded, untagged)).toMatch(/^sha256:bbbbbbbbbbbb serves all traffic/);
  });

  test('people count steps from 1', () => {
    expect(describeEvent(samples.TrafficShifted, state)).toBe('Step 1 of 3: green gets 10 %.');
  });

  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(
      '$&',
      '$1',
      '${reason}',
      '%s %d',
      '{{x}}',
      '<script>alert(1)</script>',
      '<!channel>',
      '@here\n*b*',
      '\\n',
    ),
  );

  test.each<[string, (text: string) => RolloutEvent]>([
    ['a reason to roll back', (reason) => ({ ...samples.RollbackRequested, reason })],
    ['a rejection', (reason) => ({ ...samples.RolloutRejected, reason })],
    ['a hold', (reason) => ({ ...samples.BakeHeld, reason })],
    ['a verdict', (reason) => ({ ...samples.GreenAnalysed, reason })],
    ['a requester', (requestedBy) => ({ ...samples.RolloutOpened, requestedBy })],
    ['a header', (value) => ({ ...samples.HeaderRouteOpened, value })],
  ])('interprets nothing in the text of %s: it stands in the sentence as it is', (_, eventWith) => {
    fc.assert(
      fc.property(hostile, (text) => {
        const marked = describeEvent(eventWith('A_MARK'), state);

        expect(marked).toContain('A_MARK');
        expect(describeEvent(eventWith(text), state)).toBe(marked.split('A_MARK').join(text));
      }),
    );
  });
});

describe('severityOf', () => {
  test('people are told of everything but the samples of the gates and the notes of what is put back later', () => {
    expect(eventTypes.filter((type) => severityOf(type) === undefined)).toEqual([
      'CapacityRecorded',
      'TaskStarted',
      'GreenAnalysed',
      'RestorePlanRefreshed',
      'AfterChecksFailed',
    ]);
  });

  test('what needs a person at once is critical, what went wrong a warning', () => {
    expect(eventTypes.filter((type) => severityOf(type) === 'critical')).toEqual([
      'BreakGlassUsed',
      'ForeignChange',
      'RecordAltered',
      'RestorationHeld',
      'OthersChangesLost',
      'RuleLeftAsItIs',
      'RuleDeleted',
      'OthersChangesUnknown',
      'BlueNotHealthy',
      'RollbackSlow',
      'TrafficNotRestored',
      'RestorationThrottled',
      'RollbackAttemptFailed',
      'RequestsNotMoved',
      'TrafficStrayed',
      'EmergencyBegan',
      'EmergencyPartFailed',
      'IncidentOpened',
      'IncidentEscalated',
      'UsersUnserved',
    ]);
    expect(eventTypes.filter((type) => severityOf(type) === 'warning')).toEqual([
      'RolloutRejected',
      'DirectUseRecorded',
      'DecisionRequested',
      'RolloutPaused',
      'TaskFailed',
      'TaskDecisionRequested',
      'BakeHeld',
      'ShiftHeld',
      'RolloutDelayed',
      'CalendarHeld',
      'CalendarOverridden',
      'RollbackRequested',
      'TrafficRestored',
      'OthersChangesKept',
      'EvidenceMissing',
      'RollbackPartSlow',
      'CloseRequested',
      'RollbackClosed',
      'RolledBack',
      'RetirementHeld',
      'TrafficGivenBack',
      'MaintenanceBegan',
      'MaintenanceReminded',
      'MaintenanceTroubled',
      'EmergencyActed',
      'EmergencyReminded',
      'EmergencyEnded',
      'IncidentCommanded',
      'IncidentUpdated',
      'IncidentUpdateDue',
      'IncidentClosed',
      'WeightsChanged',
      'RetentionChecksFailed',
      'AlertUnacknowledged',
    ]);
  });
});

describe('transitionsOf', () => {
  test('keeps order and sequence, and leaves out what nobody is told of', () => {
    const record = [samples.TrafficShifted, samples.GreenAnalysed, samples.RollbackRequested].map((event, index) => ({
      rolloutId: 'web-1',
      sequence: index + 5,
      at,
      event,
    }));

    expect(transitionsOf(record).map(({ sequence, severity }) => [sequence, severity])).toEqual([
      [5, 'info'],
      [7, 'warning'],
    ]);
  });
});
