import { describe, expect, test } from '@jest/globals';
import { ownTimeOf, type Timed } from '../../bench/pipeline/own-time.ts';
import type { RecordedEvent, RolloutEvent } from '../../lib/rollout/events.ts';
import { samples } from '../rollout/sample-events.ts';

const start = Date.parse('2026-03-01T10:00:00Z');
const at = (seconds: number) => start + seconds * 1000;

function recorded(times: readonly (readonly [RolloutEvent['type'], number])[]): readonly RecordedEvent[] {
  return times.map(([type, seconds], index) => ({
    rolloutId: 'web-1',
    sequence: index + 1,
    at: new Date(at(seconds)).toISOString(),
    event: samples[type],
  }));
}

const rule = { kind: 'rule', arn: 'arn:verify', weights: {} } as const;
/** Two steps of 10 s: of 41 s the tasks take 3, the nodes 7, bakes 20, their metrics 3. */
const good: Timed = {
  pushedAt: at(0),
  bakes: 20,
  events: recorded([
    ['RolloutOpened', 1],
    ['PreChecksPassed', 3],
    ['GreenDeployed', 4],
    ['GreenReady', 7],
    ['GreenVerified', 15.5],
    ['TrafficShifted', 16.5],
    ['GreenAnalysed', 20],
    ['StepPassed', 28.5],
    ['TrafficShifted', 29],
    ['StepPassed', 40],
    ['RolloutSucceeded', 41],
    ['BlueScaledDown', 90],
  ]),
  changes: [
    { ...rule, change: 'created', at: at(-5), nodesAt: [at(-1), at(0)] },
    { ...rule, change: 'created', at: at(8), nodesAt: [at(11), at(15)] },
    { ...rule, change: 'deleted', at: at(15.4), nodesAt: [null, null] },
    { ...rule, change: 'modified', at: at(16.5), nodesAt: [at(18), at(26)] },
  ],
};

describe("the pipeline's own time in a rollout", () => {
  test('is what is left of it without bakes, their metrics, the start of tasks and the nodes of the load balancer', () => {
    expect(ownTimeOf(good)).toMatchObject({
      whole: 41,
      bakes: 20,
      settling: 3,
      taskStart: 3,
      ruleDelay: 7,
      overhead: 8,
    });
  });

  test('is told by the events between which it passed, longest first', () => {
    expect(ownTimeOf(good).stretches.filter(({ seconds }) => seconds > 0)).toEqual([
      { from: 'RolloutOpened', to: 'PreChecksPassed', seconds: 2 },
      { from: 'GreenReady', to: 'GreenVerified', seconds: 1.5 },
      { from: 'push', to: 'RolloutOpened', seconds: 1 },
      { from: 'PreChecksPassed', to: 'GreenDeployed', seconds: 1 },
      { from: 'GreenVerified', to: 'TrafficShifted', seconds: 1 },
      { from: 'StepPassed', to: 'RolloutSucceeded', seconds: 1 },
      { from: 'StepPassed', to: 'TrafficShifted', seconds: 0.5 },
    ]);
  });

  test('includes what passes after the nodes obey, and nothing of a node that is later than the proof', () => {
    const late = good.changes.map((change) => ({ ...change, nodesAt: [at(11), null] }));

    expect(ownTimeOf({ ...good, changes: late })).toMatchObject({ ruleDelay: 7.5, overhead: 7.5 });
  });

  test.each([
    [
      'no verdict on a step',
      { events: good.events.filter(({ sequence }) => sequence !== 10) },
      'Step 2 has no verdict',
    ],
    ['no end', { events: good.events.slice(0, 10) }, 'no RolloutSucceeded'],
    ['no rule', { changes: [] }, 'no rule that was made to verify green'],
  ])('cannot be told of a record with %s', (_, part, why) => {
    expect(() => ownTimeOf({ ...good, ...part })).toThrow(why);
  });
});
