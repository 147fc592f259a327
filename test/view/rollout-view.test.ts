import { describe, expect, test } from '@jest/globals';
import type { RolloutView } from '../../lib/view/rollout-view.ts';
import { rolloutView } from '../../lib/view/rollout-view.ts';
import { readRollout } from '../../lib/view/read-rollout.ts';
import { modelArns } from '../model/model-world.ts';
import {
  analysed,
  approvalScenario,
  bakingScenario,
  emergencyScenario,
  heldScenario,
  longRecordScenario,
  manyStepsScenario,
  rollingBackScenario,
  type Scenario,
  scenarioId,
  succeededScenario,
} from './scenarios.ts';

async function viewOf(scenario: Scenario, name = 'web'): Promise<RolloutView> {
  const read = await readRollout(name, scenario.readers);
  if (read === undefined) throw new Error('There is no rollout.');
  return rolloutView({ ...read, stage: 'production', now: new Date(scenario.time) });
}

describe('the view of a rollout that bakes', () => {
  test('says where it stands: step, weight asked and measured, time left, what is next', async () => {
    const { strip } = await viewOf(await bakingScenario());

    expect(strip).toEqual({
      standing: 'running',
      text: 'green is being watched',
      step: 2,
      steps: 3,
      askedWeight: 25,
      measuredWeight: 24.6,
      secondsLeft: 720,
      secondsToEnd: 1320,
      next: { text: 'Step 3: green gets 100 % for 10m', at: '2026-03-01T10:21:00.000Z', isDeadline: false },
    });
  });

  test('has each gate with its values, limits, how sure it is, and the series of all evaluations', async () => {
    const { gates, verdict } = await viewOf(await bakingScenario());

    expect(verdict).toMatchObject({ verdict: 'pass', at: '2026-03-01T10:09:00.000Z' });
    expect(gates).toHaveLength(1);
    expect(gates[0]).toMatchObject({
      name: 'error-rate',
      outcome: 'pass',
      green: '0.4 %',
      blue: '0.3 %',
      limits: 'passes up to 1 %, aborts above 5 %',
      confidence: 'no sign that green is worse',
    });
    expect(gates[0]?.series.map(({ at }) => at)).toEqual([
      '2026-03-01T10:07:00.000Z',
      '2026-03-01T10:08:00.000Z',
      '2026-03-01T10:09:00.000Z',
    ]);
  });

  test('says nothing of gates that were evaluated in an earlier step alone', async () => {
    const scenario = await bakingScenario();
    await scenario.at(
      1300,
      { type: 'StepPassed', step: 1, weight: 25 },
      { type: 'TrafficShifted', step: 2, weight: 100 },
    );
    const { gates, verdict, strip } = await viewOf(scenario);

    expect({ gates, verdict, measured: strip.measuredWeight }).toEqual({
      gates: [],
      verdict: undefined,
      measured: undefined,
    });
  });

  test('tells steps that have passed from the one under way and those ahead', async () => {
    const { steps } = await viewOf(await bakingScenario());

    expect(steps.map(({ weight, standing }) => [weight, standing])).toEqual([
      [5, 'passed'],
      [25, 'now'],
      [100, 'ahead'],
    ]);
    expect(steps[1]?.startedAt).toBe('2026-03-01T10:06:00.000Z');
  });

  test('shows tasks and targets of both sides, and the pre-checks', async () => {
    const { sides, checks } = await viewOf(await bakingScenario());

    expect(sides).toMatchObject([
      { role: 'blue', slot: 'a', service: 'web-a', running: 4, healthy: 4, targets: 4, stopped: [], unknown: [] },
      { role: 'green', slot: 'b', service: 'web-b', running: 2, healthy: 2, targets: 2, stopped: [], unknown: [] },
    ]);
    expect(checks.map(({ name }) => name)).toEqual(['blue-image']);
  });

  test('says which announcements are out and which wait', async () => {
    const scenario = await bakingScenario();
    await scenario.store.markAnnounced(scenarioId, 0, 4);
    const { notified } = await viewOf(scenario);

    expect(notified).toMatchObject({ announced: 4, waiting: 4, open: [] });
    expect(notified.last?.text).toContain('Green runs 2 tasks');
  });
});

describe('what abort would do now', () => {
  test('is said with the measured share and the targets of blue', async () => {
    const { abort } = await viewOf(await bakingScenario());

    expect(abort).toEqual({
      isPossible: true,
      movesPercent: 24.6,
      text: "Roll back: 24.6 % of requests move to blue at once, which has 4 of 4 healthy targets; green's 2 tasks are removed.",
    });
  });

  test('names the weight as asked where nothing was measured', async () => {
    const scenario = await bakingScenario();
    await scenario.at(600, analysed(1, [], { measuredWeight: undefined }));

    expect((await viewOf(scenario)).abort.text).toContain('25 % of requests (as asked) move to blue');
  });

  test('says that traffic stays on green where blue has no healthy target', async () => {
    const scenario = await bakingScenario();
    scenario.health[modelArns.groupA] = { healthy: 0, unhealthy: 4, total: 4 };

    expect((await viewOf(scenario)).abort.text).toContain('NO healthy target: traffic stays on green');
  });

  test('says that no request moves before the first step', async () => {
    expect((await viewOf(await approvalScenario())).abort.text).toContain('no request moves');
  });

  test.each([
    ['rolls back', rollingBackScenario, 'A rollback is under way already.'],
    ['has ended', succeededScenario, 'The rollout has ended: there is nothing to abort.'],
  ])('is nothing for one that %s', async (_, scenario, text) => {
    expect((await viewOf(await scenario())).abort).toEqual({ isPossible: false, movesPercent: 0, text });
  });
});

describe('what cannot be read of the slots', () => {
  test('is said of each side, once, and hides nothing of the record', async () => {
    const scenario = await bakingScenario();
    scenario.refused = new Error('User ada is not authorized to perform ecs:DescribeServices');
    const { sides, abort, strip } = await viewOf(scenario);

    expect(sides.map(({ running, unknown }) => ({ running, unknown }))).toEqual(
      [1, 2].map(() => ({
        running: undefined,
        unknown: ['Error: User ada is not authorized to perform ecs:DescribeServices'],
      })),
    );
    expect(abort.text).toContain('whose targets could not be read');
    expect(strip.step).toBe(2);
  });

  test('is said of a slot whose service is gone', async () => {
    const scenario = await bakingScenario();
    scenario.slots['web-b'] = undefined;

    expect((await viewOf(scenario)).sides[1].unknown).toEqual(['The ECS service is not there.']);
  });
});

describe('the view of a rollout that', () => {
  test('is held says until when, and how sure it is', async () => {
    const { strip, gates } = await viewOf(await heldScenario());

    expect(strip).toMatchObject({
      standing: 'held',
      secondsLeft: 0,
      next: { text: 'Rolled back unless evidence decides', at: '2026-03-01T10:51:00.000Z', isDeadline: true },
    });
    expect(gates[0]).toMatchObject({
      confidence: 'evidence that green is worse: a good version looks this bad in at most 1 of 14 rollouts',
      needs: 'About 400 more requests.',
    });
  });

  test('waits for approval says who has approved, who has to, and until when', async () => {
    const { strip, approvals } = await viewOf(await approvalScenario());

    expect(strip).toMatchObject({
      standing: 'waitingForApproval',
      step: 0,
      next: { at: '2026-03-01T18:00:00.000Z', isDeadline: true },
    });
    expect(approvals).toMatchObject({ given: ['Ana (by personal link), tech-lead'], open: 'qa', isGranted: false });
  });

  test('rolls back says why, by which gate, and why tasks of that version stopped', async () => {
    const view = await viewOf(await rollingBackScenario());

    expect(view).toMatchObject({
      failedGate: 'error-rate',
      strip: { standing: 'rollingBack', secondsToEnd: undefined },
    });
    expect(view.gates[0]?.confidence).toBe(
      'strong evidence that green is worse: a good version looks this bad in at most 1 of 10,000 rollouts',
    );
    expect(view.sides[1].stopped).toEqual([
      { task: 'f00', at: '2026-03-01T10:09:00.000Z', reason: 'OutOfMemory; app: exit code 137' },
    ]);
    expect(view.steps.map(({ standing }) => standing)).toEqual(['passed', 'failed', 'ahead']);
  });

  test('could not put traffic back is an emergency until a person has acted', async () => {
    const { strip, notified } = await viewOf(await emergencyScenario());

    expect(strip).toMatchObject({ standing: 'emergency', text: 'EMERGENCY: a person has to act now' });
    expect(notified.open.map(({ type, takenBy }) => [type, takenBy])).toContainEqual(['TrafficNotRestored', undefined]);
  });

  test('has succeeded says when the former blue goes', async () => {
    const { strip, steps } = await viewOf(await succeededScenario());

    expect(strip).toMatchObject({ standing: 'succeeded', next: { at: '2026-03-02T10:31:50.000Z' } });
    expect(steps.every(({ standing }) => standing === 'passed')).toBe(true);
  });

  test('has 200 steps shows them all', async () => {
    const { steps, strip } = await viewOf(await manyStepsScenario());

    expect(steps).toHaveLength(200);
    expect(strip).toMatchObject({ step: 120, steps: 200, askedWeight: 60 });
  });

  test('has 10,000 events is read by its ends alone', async () => {
    const scenario = await longRecordScenario();
    const asked: (number | undefined)[][] = [];
    const read = scenario.store.events.bind(scenario.store);
    scenario.store.events = (rolloutId, after, atMost) => {
      asked.push([after, atMost]);
      return read(rolloutId, after, atMost);
    };
    const view = await viewOf(scenario);
    const sequence = (await scenario.store.load(scenarioId))?.sequence ?? 0;

    expect(sequence).toBeGreaterThan(10_000);
    expect(asked).toEqual([
      [0, 40],
      [sequence - 100, undefined],
    ]);
    expect(view.checks).toHaveLength(1);
    expect(view.gates[0]?.series.length).toBeGreaterThan(30);
  });
});

test('a rollout is found by its id as by its service, and a stranger is not', async () => {
  const scenario = await bakingScenario();

  expect((await viewOf(scenario, scenarioId)).strip).toEqual((await viewOf(scenario)).strip);
  expect(await readRollout('shop', scenario.readers)).toBeUndefined();
});

test('another version of the spec in force, with other slots, does not show its tasks as those of the rollout', async () => {
  const scenario = await bakingScenario();
  const applied = await scenario.store.spec('web');
  if (applied === undefined) throw new Error('No spec is applied.');
  const { spec } = applied;
  const slots = { ...spec.slots, b: { ...spec.slots.b, service: 'web-c' } };
  await scenario.store.putSpec({ ...spec, slots }, 'ada', '2026-03-01T10:00:00.000Z');

  expect((await viewOf(scenario)).sides[1].unknown[0]).toContain('The spec in force names other slots');
  expect((await viewOf(scenario, scenarioId)).sides[1].unknown).toEqual([]);
});
