import { describe, expect, test } from '@jest/globals';
import { definitionOf, type RolloutEvent } from '../../lib/rollout/events.ts';
import { at, inPhase, samples } from './sample-events.ts';

/** What people read of an event: what happened, why, and what comes next. */
function told(event: RolloutEvent): string {
  const definition = definitionOf(event);
  const state = inPhase.baking;
  const next = definition.next(event, { state, at, stage: 'production' });
  return [definition.says(event, state), ...definition.why(event, state), next].join('\n');
}

const { TaskDecided: decided, TaskDecisionRequested: undecided, AlertUnacknowledged: untaken } = samples;
const check = { name: 'cluster', passed: false, saw: 'INACTIVE', expected: 'ACTIVE' } as const;

/** What is told in one case, and not in the other. */
const cases: readonly (readonly [string, RolloutEvent, RolloutEvent, string])[] = [
  [
    'checks that could not be run at all',
    { ...samples.RetentionChecksFailed, results: [] },
    { ...samples.RetentionChecksFailed, results: [check] },
    'could not be run for an hour',
  ],
  [
    'how to put a failed check right',
    { ...samples.RetentionChecksFailed, results: [{ ...check, fix: 'create it' }] },
    { ...samples.RetentionChecksFailed, results: [check] },
    'cluster: FAILED, saw INACTIVE, expected ACTIVE; to fix: create it',
  ],
  [
    'who waived a check, until when and why',
    {
      ...samples.RetentionChecksFailed,
      results: [{ ...check, waived: { by: 'Ana', until: '2026-04-01', reason: 'it moves' } }],
    },
    { ...samples.RetentionChecksFailed, results: [check] },
    'expected ACTIVE; waived by Ana until 2026-04-01: it moves',
  ],
  [
    'who took an acknowledgement back',
    { ...untaken, by: 'ada', person: true },
    { ...untaken, person: false },
    'ada took back the acknowledgement of "traffic not restored" in PagerDuty.',
  ],
  [
    'that nobody had taken an alert there',
    { ...untaken, untaken: true },
    untaken,
    'who took it in Sluice still has it, and otherwise reminders go on',
  ],
  [
    'that PagerDuty resolved an alert by itself',
    { ...samples.AlertResolved, person: false },
    samples.AlertResolved,
    'PagerDuty resolved "traffic not restored" by itself. What caused it is still open.\nIts incident: https://sample.pagerduty.com/incidents/Q1\nNo person resolved it',
  ],
  [
    'when the calendar lets a rollout go on',
    samples.CalendarHeld,
    { ...samples.CalendarHeld, opensAt: undefined },
    'It goes on at 2026-03-02T00:00:00.000Z; at 2026-03-02T06:00:00.000Z it is rolled back',
  ],
  [
    'that nothing was put back at a closing',
    { ...samples.RollbackClosed, putBack: [] },
    samples.RollbackClosed,
    'Put back: nothing. Stays as it is: ',
  ],
  [
    'that autoscaling was set by hand',
    { ...samples.ScalingReleased, putBack: [] },
    samples.ScalingReleased,
    'Autoscaling was set by hand since the rollback was closed',
  ],
  [
    'what a direct use is known from',
    { ...samples.DirectUseRecorded, source: 'cloudtrail' },
    samples.DirectUseRecorded,
    'as CloudTrail says',
  ],
  [
    'who ended an emergency',
    { ...samples.EmergencyEnded, outcome: 'byPerson', by: 'Ana', how: 'command' },
    samples.EmergencyEnded,
    'The emergency was ended by Ana',
  ],
  [
    'that green is healthy where nothing was asked',
    { type: 'GreenVerified', healthy: 1 },
    samples.GreenVerified,
    '1 target of green is healthy before any user sees it.',
  ],
  [
    'that an incident came back',
    { ...samples.IncidentOpened, reopened: 1 },
    samples.IncidentOpened,
    'Incident 1, P1, was opened again by ',
  ],
  [
    'that nobody commands an incident',
    { ...samples.IncidentUpdateDue, commander: undefined },
    samples.IncidentUpdateDue,
    'A status update of incident 1 is due, and nobody commands it.',
  ],
  [
    'that a maintenance page stays',
    { ...samples.MaintenanceBegan, keep: true },
    samples.MaintenanceBegan,
    'It stays until a person ends it: sluice maintenance off web --stage production.',
  ],
  [
    'that a person goes to the last step',
    { ...samples.StepPromoted, full: true },
    samples.StepPromoted,
    'skips the rest of step 1 of 3 and goes to the last one',
  ],
  [
    'whose approval does not count any more',
    { ...samples.RequesterFound, withdrawn: ['Ana', 'Bo'] },
    samples.RequesterFound,
    ', so the approval of Ana, Bo does not count any more.',
  ],
  [
    'when a former blue is removed all the same',
    { ...samples.RetirementHeld, until: at },
    samples.RetirementHeld,
    `It is checked again each hour; at ${at} the former blue is removed all the same.`,
  ],
  [
    'that a side with tasks is not watched any longer',
    { ...samples.SideDrained, tasksLeft: 2 },
    samples.SideDrained,
    'It is not watched any longer.',
  ],
  ['which run of a task begins', { ...samples.TaskBegun, run: 2 }, samples.TaskBegun, 'Task migrate begins, run 2.'],
  [
    'where the last lines of a task are',
    samples.TaskPassed,
    { ...samples.TaskPassed, logs: undefined },
    'Its last lines are in s3://evidence/x',
  ],
  [
    'where the last lines of a failed task are',
    { ...samples.TaskFailed, logs: 's3://evidence/y' },
    samples.TaskFailed,
    'Its last lines are in s3://evidence/y',
  ],
  [
    'that users stay after a failed task at the end',
    { ...samples.TaskFailed, stage: 'afterRetention' },
    samples.TaskFailed,
    'Users stay where they are. What the task was to do is left undone.',
  ],
  [
    'where to read before a decision about a task',
    { ...undecided, logs: 's3://evidence/z' },
    undecided,
    'Its last lines are in s3://evidence/z',
  ],
  ['who was asked about a task', undecided, { ...undecided, asked: [] }, ' Asked: Cleo.'],
  [
    'what a decision about a task at the end may be',
    { ...undecided, stage: 'afterRetention' },
    undecided,
    'Users are not touched. Without a decision it is left undone at ',
  ],
  [
    'that a person goes on without a task',
    { ...decided, answer: 'goOn', reason: 'it did its work' },
    decided,
    'goes on without task migrate: it did its work\nit did its work\n',
  ],
  ['that a person runs a task again', decided, { ...decided, answer: 'goOn' }, 'runs task migrate again.'],
  [
    'that nobody serves users',
    { ...samples.UsersUnserved, restored: [] },
    { ...samples.UsersUnserved, restored: ['arn:rule'] },
    'A person has to act now.',
  ],
  [
    'how many rules were put back',
    { ...samples.UsersUnserved, restored: ['arn:rule', 'arn:other'] },
    { ...samples.UsersUnserved, restored: ['arn:rule'] },
    '2 rules were put back on the version that should serve: ',
  ],
];

describe('the texts of an event tell', () => {
  test.each(cases)('%s', (_, event, other, text) => {
    expect(told(event)).toContain(text);
    expect(told(other)).not.toContain(text);
  });
});
