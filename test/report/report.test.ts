import { describe, expect, test } from '@jest/globals';
import type { RolloutReport } from '../../lib/report/report.ts';
import { rolloutReport } from '../../lib/report/report.ts';
import type { RolloutEvent } from '../../lib/rollout/events.ts';
import { allEvents } from '../../lib/view/all-events.ts';
import {
  analysed,
  approvalScenario,
  bakingScenario,
  rollingBackScenario,
  type Scenario,
  scenarioId,
  start,
  succeededScenario,
} from '../view/scenarios.ts';

const size = { cpuUnits: 1024, megabytes: 2048, isArm: false };

async function reportOf(scenario: Scenario, taskSize?: typeof size, now = scenario.time): Promise<RolloutReport> {
  const stored = await scenario.store.load(scenarioId);
  if (stored === undefined) throw new Error('There is no rollout.');
  const events = await allEvents(scenario, scenarioId, stored.sequence);
  const announcedUpTo = await scenario.store.announcedUpTo(scenarioId);
  const facts = { stored, events, announcedUpTo, fromTag: '411-3c9e1f0', taskSize };
  return rolloutReport({ ...facts, stage: 'production', now: new Date(now) });
}

const rolledBack: readonly RolloutEvent[] = [
  { type: 'TrafficRestored', rules: 1 },
  { type: 'BlueVerified', healthy: 4 },
  { type: 'EvidenceCaptured', location: 's3://evidence/rollouts/web/1/evidence.json' },
  { type: 'EvidenceMissing', missing: ['the logs could not be read'] },
  { type: 'GreenRemoved' },
  { type: 'RolledBack', reason: 'error-rate: 9 % of 1,204 requests failed.' },
];

describe('the report of a rollout that succeeded', () => {
  test('has the version, its times, and what the next person has to know', async () => {
    const { version, times, result, followUps, problems } = await reportOf(await succeededScenario());

    expect(version).toMatchObject({ from: '411-3c9e1f0', to: '412-9f8d111', specVersion: 1 });
    expect(times).toMatchObject({
      openedAt: '2026-03-01T10:00:00.000Z',
      firstTrafficAt: '2026-03-01T10:01:00.000Z',
      closedAt: '2026-03-01T10:31:50.000Z',
      seconds: 1910,
      restoreSeconds: undefined,
      approvalSeconds: undefined,
    });
    expect(result).toMatchObject({ standing: 'succeeded', failedGate: undefined });
    expect(problems).toEqual([]);
    expect(followUps).toEqual([
      'The former version is kept until 2026-03-02T11:00:00.000Z; sluice rollback web goes back to it until then.',
    ]);
  });

  test('has every step with its time, how often its gates were evaluated, and their last values', async () => {
    const { steps, gates, weights } = await reportOf(await succeededScenario());

    expect(
      steps.map(({ weight, standing, seconds, evaluations }) => [weight, standing, seconds, evaluations.pass]),
    ).toEqual([
      [5, 'passed', 300, 0],
      [25, 'passed', 940, 3],
      [100, 'passed', 600, 0],
    ]);
    expect(steps[1]?.gates[0]).toMatchObject({ gate: 'error-rate', outcome: 'pass', green: '0.4 %', blue: '0.3 %' });
    expect(gates).toEqual([
      {
        ...{ name: 'error-rate', unit: 'share', betterHigher: false, passLimit: 0.01, abortLimit: 0.05 },
        points: [7, 8, 9].map((minute) => ({
          at: `2026-03-01T10:0${minute}:00.000Z`,
          ...{ step: 2, green: 0.004, blue: 0.003, outcome: 'pass' },
        })),
      },
    ]);
    expect(weights.map(({ weight }) => weight)).toEqual([5, 25, 100]);
  });

  test('counts what users got while green had traffic, each minute once as it was seen last', async () => {
    const scenario = await bakingScenario();
    const minute = (at: number, weight: number, requests: number, errors: number) => ({
      ...{ at, weight },
      green: { requests, errors },
      blue: { requests: requests * 3, errors: 0 },
    });
    await scenario.at(600, analysed(1, [], { datapoints: [minute(0, 0, 900, 9), minute(60, 25, 100, 1)] }));
    await scenario.at(660, analysed(1, [], { datapoints: [minute(60, 25, 120, 2), minute(120, 25, 80, 1)] }));

    expect((await reportOf(scenario)).result.requests).toEqual({
      green: 200,
      greenErrors: 3,
      blue: 600,
      blueErrors: 0,
    });
  });

  test('says that requests were not counted, where they were not: that is no zero', async () => {
    expect((await reportOf(await succeededScenario())).result.requests.green).toBeUndefined();
  });
});

describe('the report of a rollout that went back', () => {
  test('has the decision, when traffic was back, the problems, and where the evidence is', async () => {
    const scenario = await rollingBackScenario();
    const { times, result, problems, followUps, steps } = await reportOf(await scenario.at(640, ...rolledBack));

    expect(times).toMatchObject({ rollbackAt: '2026-03-01T10:10:01.000Z', restoredAt: '2026-03-01T10:10:40.000Z' });
    expect(times.restoreSeconds).toBe(39);
    expect(result).toMatchObject({ standing: 'rolledBack', failedGate: 'error-rate' });
    expect(problems.map(({ text }) => text)).toEqual([
      'Rolling back: error-rate: 9 % of 1,204 requests failed.',
      "Blue's weights are back on 1 rule, accepted and read back; every node of the load balancer obeys them within about 10 s.",
      'Evidence of green is not complete: the logs could not be read',
      'Rolled back: error-rate: 9 % of 1,204 requests failed.',
    ]);
    expect(followUps).toEqual([
      'Find the cause before web gets this version again: error-rate: 9 % of 1,204 requests failed.',
      'Evidence of green is at s3://evidence/rollouts/web/1/evidence.json.',
      'Evidence that could not be kept: the logs could not be read.',
    ]);
    expect(steps.map(({ standing }) => standing)).toEqual(['passed', 'failed', 'ahead']);
    expect(steps[1]?.seconds).toBe(241);
  });

  test('says what is open, and who takes care of it', async () => {
    const scenario = await rollingBackScenario();
    await scenario.at(610, { type: 'BlueNotHealthy', reason: '0 of 4 targets are healthy' });
    expect((await reportOf(scenario)).followUps).toContain(
      'Open since 2026-03-01T10:10:10.000Z: blue is not healthy after the rollback: a person has to act. It is not acknowledged.',
    );

    await scenario.at(620, { type: 'AlertTaken', by: 'Ana', note: undefined, how: 'link' });
    expect((await reportOf(scenario)).followUps).toContain(
      'Open since 2026-03-01T10:10:10.000Z: blue is not healthy after the rollback: a person has to act. Ana takes care of it.',
    );
  });
});

describe('the people of a report', () => {
  test('are the requester, those who were asked, and those who decided, with their roles', async () => {
    const scenario = await approvalScenario();
    await scenario.at(90, { type: 'RolloutRejected', reason: 'not on a Friday', results: [], by: 'Ben', how: 'slack' });
    const { participants, decisions, times, followUps } = await reportOf(scenario);

    expect(participants).toEqual([
      { name: 'a test', roles: [], did: ['requested it'] },
      { name: 'Ana', roles: ['tech-lead'], did: ['was asked to approve', 'approved'] },
      { name: 'Ben', roles: ['qa'], did: ['was asked to approve', 'rejected'] },
    ]);
    expect(decisions).toEqual([
      { at: '2026-03-01T10:01:10.000Z', by: 'Ana (by personal link)', text: expect.stringMatching(/^Approved by Ana/) },
      { at: '2026-03-01T10:01:30.000Z', by: 'Ben (by Slack)', text: 'Rejected by Ben (by Slack): not on a Friday' },
    ]);
    expect(times.approvalSeconds).toBe(79);
    expect(followUps).toEqual(['Correct what was refused, then start it again: not on a Friday']);
  });
});

describe('the checks of a report', () => {
  test('name what is waived, warned or failed as a follow-up, and every round of them', async () => {
    const scenario = await approvalScenario();
    await scenario.at(80, { type: 'Approved', by: 'Ben', how: 'link', roles: ['qa'] }, { type: 'ApprovalGranted' });
    const check = { saw: 'x', expected: 'y' };
    const waived = { by: 'Ana', reason: 'known', until: '2026-04-01' };
    await scenario.at(90, {
      type: 'PreChecksPassed',
      results: [
        { name: 'image-scan', passed: false, result: 'failed', waived, ...check },
        { name: 'dashboard', passed: true, result: 'warned', fix: 'create one', ...check },
        { name: 'cluster', passed: true, result: 'passed', ...check },
      ],
    });
    const { checks, followUps } = await reportOf(scenario);

    expect(checks.map(({ at, name }) => [at.slice(11, 19), name])).toEqual([
      ['10:00:10', 'blue-image'],
      ['10:01:30', 'image-scan'],
      ['10:01:30', 'dashboard'],
      ['10:01:30', 'cluster'],
    ]);
    expect(followUps).toEqual([
      'The rollout has not ended: this report is as of now.',
      'Check image-scan is waived by Ana until 2026-04-01: known',
      'Check dashboard warned; to fix: create one',
    ]);
  });

  test('that were refused are told with what refused them', async () => {
    const scenario = await approvalScenario();
    const results = [{ name: 'image-scan', passed: false, saw: '3 HIGH', expected: 'none' }];
    await scenario.at(90, { type: 'RolloutRejected', reason: 'image-scan: 3 HIGH', results });

    expect((await reportOf(scenario)).checks.at(-1)).toMatchObject({
      name: 'image-scan',
      saw: '3 HIGH',
      passed: false,
    });
  });
});

describe('the cost of a report', () => {
  test("counts green's task hours until it serves, then those of the kept blue, at the price of their size", async () => {
    const scenario = await succeededScenario();
    await scenario.at(1910 + 3600, { type: 'BlueScaledDown', count: 1 });
    await scenario.at(1910 + 7200, { type: 'BlueRetired' });
    const { cost } = await reportOf(scenario, size, start + 9 * 3600_000);

    // Green's two tasks from second 60 to 1910; two tasks of blue for an hour, then one for another.
    expect(cost.taskHours.green).toBeCloseTo((2 * 1850) / 3600, 6);
    expect(cost.taskHours.keptBlue).toBeCloseTo(3, 6);
    // One CPU and two gigabytes on Fargate, x86.
    const hour = 0.04048 + 2 * 0.004445;
    const fargate = cost.positions.filter(({ what }) => what.startsWith('Fargate')).map(({ dollars }) => dollars);
    expect(fargate).toEqual([expect.closeTo((3700 / 3600) * hour, 6), expect.closeTo(3 * hour, 6)]);
    expect(cost.dollars).toBeCloseTo(
      cost.positions.reduce((sum, { dollars }) => sum + dollars, 0),
      9,
    );
    expect(cost.unknown).toEqual([]);
  });

  test('counts the evaluations that there were, and says what it leaves out', async () => {
    const { cost } = await reportOf(await succeededScenario());
    const looks = cost.positions.find(({ what }) => what.startsWith('DynamoDB'));

    expect(looks?.count).toBe(3);
    expect(cost.unknown).toEqual(["the price of its tasks: the size of green's task is not known here"]);
  });
});

describe('the messages of a report', () => {
  test('are those of the record, and say which were announced', async () => {
    const scenario = await succeededScenario();
    await scenario.store.markAnnounced(scenarioId, 0, 3);
    const { messages } = await reportOf(scenario);

    expect(messages.map(({ isAnnounced }) => isAnnounced).slice(0, 4)).toEqual([true, true, true, false]);
    expect(messages.at(-1)).toMatchObject({ severity: 'info', text: expect.stringContaining('serves all traffic') });
  });
});
