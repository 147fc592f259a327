import { DisableRuleCommand, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { versions } from '../../examples/web/versions.ts';
import type { RolloutState } from '../../lib/rollout/state.ts';
import { type Load, startLoad } from '../../local/load/load.ts';
import { announcePush, pushImage, type SampleVersion } from '../../local/sample/push-image.ts';
import { sample } from '../../local/sample/sample-names.ts';
import { DeployedStack } from './deployed-stack.ts';

let deployed: DeployedStack;
let load: Load;

beforeAll(async () => {
  deployed = await DeployedStack.start();
  load = startLoad({ url: deployed.stack.service.url, requestsPerSecond: 50, maxSeconds: 300 });
}, 120_000);

afterAll(async () => {
  await load.stop();
  await deployed.stop();
}, 60_000);

/** The weights of the sample's rule, as the load balancer applied them last. */
async function liveWeights() {
  const { truth, service } = deployed.stack;
  return (await truth.changes()).findLast(({ arn }) => arn === service.ruleArn)?.weights;
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
    expect(await liveWeights()).toEqual({ [service.targetGroups.a]: 100, [service.targetGroups.b]: 0 });
    expect(await clients.store.service(sample.service)).toMatchObject({ lockedBy: undefined });
    expect((await truth.stats()).failed).toBe(0);
  }, 120_000);

  test("gets blue back within the guard's period where no event comes: the dead-man schedule fires", async () => {
    const { service, truth } = deployed.stack;
    expect(await switchEventsOff()).toBe(1);
    await truth.reset();
    const running = await stopInMidShift(versions.next);
    const ended = await deployed.follow(
      undefined,
      ({ rolloutId, phase }) => rolloutId === running.rolloutId && phase === 'rolledBack',
    );

    expect(ended.reason).toMatch(/made no progress for \d+ s/);
    expect(await liveWeights()).toEqual({ [service.targetGroups.a]: 100, [service.targetGroups.b]: 0 });
    expect((await truth.stats()).failed).toBe(0);
  }, 120_000);
});
