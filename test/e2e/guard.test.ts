import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { DisableRuleCommand, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { versions } from '../../examples/web/versions.ts';
import type { RolloutSpec } from '../../lib/specification/rollout-spec.ts';
import type { RolloutState } from '../../lib/rollout/state.ts';
import { announcePush, pushImage, type SampleVersion } from '../../local/sample/push-image.ts';
import { refusedRights } from '../../local/stack/refused-rights.ts';
import { sample } from '../../local/sample/sample-names.ts';
import { apiUrl } from '../../local/stack/api-url.ts';
import { DeployedStack } from './deployed-stack.ts';
import { flood } from './flood.ts';

let deployed: DeployedStack;

beforeAll(async () => {
  deployed = await DeployedStack.start({ requestsPerSecond: 50, maxSeconds: 3600 });
}, 1_200_000);

afterAll(async () => {
  await deployed.stop();
}, 1_200_000);

/** An alarm that does not ring, named in the spec of the rollouts that follow. */
async function nameAlarm(AlarmName: string): Promise<void> {
  const cloudWatch = new CloudWatchClient(deployed.emulatorClient);
  const rule = { Statistic: 'Sum', Period: 60, EvaluationPeriods: 1, Threshold: 1 } as const;
  await cloudWatch.send(
    new PutMetricAlarmCommand({
      ...{ AlarmName, Namespace: 'Sample', MetricName: 'lost-orders', ...rule },
      ...{ ComparisonOperator: 'GreaterThanThreshold', TreatMissingData: 'ignore' },
    }),
  );
  await cloudWatch.send(new SetAlarmStateCommand({ AlarmName, StateValue: 'OK', StateReason: 'quiet' }));
  await changeSpec((spec) => ({ ...spec, alarms: [AlarmName] }));
}

async function changeSpec(change: (spec: RolloutSpec) => RolloutSpec): Promise<void> {
  const { store } = deployed.stack.clients;
  const applied = await store.spec(sample.service);
  if (applied === undefined) throw new Error('the sample has no spec');
  await store.putSpec(change(applied.spec), 'a test', new Date().toISOString());
}

/** Rollouts that follow may be silent for so long: the guard then comes before the sweep. */
function guardWithin(guard: number): Promise<void> {
  return changeSpec((spec) => ({ ...spec, timeouts: { ...spec.timeouts, guard } }));
}

/** Pushes a version and presses Stop once green has traffic. */
async function stopInMidShift(version: SampleVersion): Promise<RolloutState> {
  const { clients } = deployed.stack;
  const before = await deployed.newestRolloutId();
  await announcePush(clients, await pushImage(clients, version));
  const running = await deployed.follow(before, ({ phase, step }) => phase === 'baking' && step === 1);
  await clients.sfn.send(new StopExecutionCommand({ executionArn: running.executionArn, cause: 'pressed by a test' }));
  return running;
}

async function switchEventsOff(): Promise<number> {
  const { events } = deployed.stack.clients;
  const { Rules = [] } = await events.send(new ListRulesCommand({}));
  const ofExecutions = Rules.filter(({ EventPattern = '' }) => EventPattern.includes('aws.states'));
  for (const { Name } of ofExecutions) await events.send(new DisableRuleCommand({ Name }));
  return ofExecutions.length;
}

describe('an alarm that the spec names', () => {
  test('rolls back between two looks, by its event alone', async () => {
    const { service, clients, truth } = deployed.stack;
    await nameAlarm('lost-orders');
    await truth.reset();
    const before = await deployed.newestRolloutId();
    await announcePush(clients, await pushImage(clients, versions.subtle));
    const running = await deployed.follow(before, ({ phase, step }) => phase === 'baking' && step === 1);
    await deployed.putEvent('local.cloudwatch', 'CloudWatch Alarm State Change', {
      alarmName: 'lost-orders',
      state: { value: 'ALARM', reason: 'Threshold Crossed' },
    });
    const ended = await deployed.follow(
      undefined,
      ({ rolloutId, phase }) => rolloutId === running.rolloutId && phase === 'rolledBack',
    );

    expect(ended.reason).toBe('CloudWatch alarm lost-orders is in ALARM: Threshold Crossed');
    expect(await deployed.liveWeights()).toEqual({ [service.targetGroups.a]: 100, [service.targetGroups.b]: 0 });
    expect((await truth.stats()).failed).toBe(0);
  }, 1_200_000);
});

describe('an operator who stops the execution in mid-shift', () => {
  test('gets blue back at once: EventBridge tells that the execution ended', async () => {
    const { service, clients, truth } = deployed.stack;
    await truth.reset();
    const running = await stopInMidShift(versions.good);
    const ended = await deployed.follow(
      undefined,
      ({ rolloutId, phase }) => rolloutId === running.rolloutId && phase === 'rolledBack',
    );

    expect(ended.reason).toContain('ended ABORTED without having handed over');
    expect(await deployed.liveWeights()).toEqual({ [service.targetGroups.a]: 100, [service.targetGroups.b]: 0 });
    expect(await clients.store.service(sample.service)).toMatchObject({ lockedBy: undefined });
    expect((await truth.stats()).failed).toBe(0);
  }, 1_200_000);

  test("gets blue back within the guard's period where no event comes: the dead-man schedule fires", async () => {
    const { service, truth } = deployed.stack;
    // Of executions of rollouts, of those of releases, and of those that an emergency hears of.
    expect(await switchEventsOff()).toBe(3);
    await guardWithin(20);
    await truth.reset();
    const running = await stopInMidShift(versions.next);
    const ended = await deployed.follow(
      undefined,
      ({ rolloutId, phase }) => rolloutId === running.rolloutId && phase === 'rolledBack',
    );

    expect(ended.reason).toMatch(/made no progress for \d+ s/);
    expect(await deployed.liveWeights()).toEqual({ [service.targetGroups.a]: 100, [service.targetGroups.b]: 0 });
    expect((await truth.stats()).failed).toBe(0);
  }, 1_200_000);

  test('gets it back by that schedule, at the first attempt, while over 2,000 requests of strangers come in', async () => {
    const { service, truth, aws, clients } = deployed.stack;
    await truth.reset();
    const running = await stopInMidShift({ tag: '417-f100d01', good: true, env: { VERSION: '417-f100d01' } });
    const { store } = clients;
    let isBack = false;
    const comesIn = flood(await apiUrl(aws), 2_000, () => !isBack);
    const ended = await deployed.follow(
      undefined,
      ({ rolloutId, phase }) => rolloutId === running.rolloutId && phase === 'rolledBack',
    );
    isBack = true;
    const { 429: refused = 0, ...others } = await comesIn;

    expect(ended.reason).toMatch(/made no progress for \d+ s/);
    expect(refused).toBeGreaterThan(1_000);
    expect(Object.keys(others)).toEqual(['404']);
    const types = (await store.events(running.rolloutId, 0)).map(({ event }) => event.type);
    const ofRollback = types.slice(types.indexOf('RollbackRequested'));
    expect(ofRollback.filter((type) => ['RollbackRequested', 'TrafficRestored', 'RolledBack'].includes(type))).toEqual([
      'RollbackRequested',
      'TrafficRestored',
      'RolledBack',
    ]);
    expect(types).not.toContain('TrafficNotRestored');
    expect(types).not.toContain('RestorationThrottled');
    // Each execution that takes a rollout over raises its fence: the first one has brought it to its end.
    expect((await store.load(running.rolloutId))?.fence).toBe(2);
    expect(await deployed.liveWeights()).toEqual({ [service.targetGroups.a]: 100, [service.targetGroups.b]: 0 });
    expect((await truth.stats()).failed).toBe(0);
  }, 1_200_000);
});

describe('the roles of the stack', () => {
  test('lacked no right in all of that', async () => {
    expect(await refusedRights(deployed.stack.aws.emulator.endpoint)).toEqual([]);
  });
});
