import { CloudWatchLogsClient, paginateDescribeLogStreams } from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { versions } from '../../examples/web/versions.ts';
import type { RecordedEvent } from '../../lib/rollout/events.ts';
import { announcePush, pushImage } from '../../local/sample/push-image.ts';
import { sample } from '../../local/sample/sample-names.ts';
import { applySpec } from '../../local/stack/local-stack.ts';
import { ReleasedDeployment } from '../upgrade/released-deployment.ts';
import { releasedStack } from '../upgrade/released-stack.ts';
import { CommandLine } from './command-line.ts';
import { DeployedStack } from './deployed-stack.ts';

let release: ReleasedDeployment;
let deployed: DeployedStack;
let cli: CommandLine;

beforeAll(async () => {
  release = await ReleasedDeployment.of(await releasedStack('0.1.0'));
  deployed = await DeployedStack.start({ requestsPerSecond: 20, maxSeconds: 3600 }, release.deploy);
  cli = await CommandLine.beside(deployed);
}, 1_200_000);

afterAll(async () => {
  await deployed.stop();
  await cli.remove();
  await release.remove();
});

/** The versions of a function that ran so far: the name of each log stream says which. */
async function versionsRun(name: string): Promise<ReadonlySet<string>> {
  const logs = new CloudWatchLogsClient(deployed.emulatorClient);
  const logGroupName = `/aws/lambda/sluice-local-${name}`;
  const found = new Set<string>();
  for await (const { logStreams = [] } of paginateDescribeLogStreams({ client: logs }, { logGroupName })) {
    for (const { logStreamName = '' } of logStreams) found.add(/\[(.+)\]/.exec(logStreamName)?.[1] ?? '');
  }
  return found;
}

const analyses = (events: readonly RecordedEvent[]) => events.filter(({ event }) => event.type === 'GreenAnalysed');

/** Waits until a rollout that bakes has recorded three more evaluations. */
async function evaluatedAgain(rolloutId: string): Promise<void> {
  const { store } = deployed.stack.clients;
  const before = analyses(await store.events(rolloutId, 0)).length;
  for (;;) {
    const recorded = await store.events(rolloutId, 0);
    if (analyses(recorded).length >= before + 3) return;
    const last = recorded.findLast(({ event }) => event.type === 'RollbackRequested');
    if (last !== undefined) throw new Error(`the rollout did not go on: ${JSON.stringify(last.event)}`);
    await sleep(200);
  }
}

describe('an upgrade of 0.1.0 while a rollout is under way', () => {
  test('the rollout goes on with the functions that it started with, and is rolled back by the new stack', async () => {
    const { clients, service, aws, truth } = deployed.stack;
    await release.applySpec(aws, service);
    await announcePush(clients, await pushImage(clients, versions.good));
    const started = await deployed.follow(undefined, ({ phase }) => phase === 'baking');
    await truth.reset();

    await deployed.upgrade();

    await evaluatedAgain(started.rolloutId);
    expect((await clients.store.load(started.rolloutId))?.state).toMatchObject({ phase: 'baking', weight: 25 });
    expect(await versionsRun('AnalyseGreen')).toEqual(new Set(['1']));

    const ran = await cli.sluice('rollback', sample.service, '--reason', 'upgraded', '--yes', '--wait', '--json');

    expect({ ...ran, out: '' }).toMatchObject({ code: 0 });
    expect(JSON.parse(ran.out)).toMatchObject({ rolloutId: started.rolloutId, phase: 'rolledBack' });
    expect(await deployed.liveWeights()).toEqual({ [service.targetGroups.a]: 100, [service.targetGroups.b]: 0 });
    expect((await truth.stats()).failed).toBe(0);
    expect(await clients.store.service(sample.service)).toMatchObject({ lockedBy: undefined });
  }, 1_200_000);

  test('the next push goes through with the functions of the new stack', async () => {
    const { clients, service } = deployed.stack;
    await applySpec(clients, service, 'brisk');
    const before = await deployed.newestRolloutId();

    await announcePush(clients, await pushImage(clients, versions.next));
    const ended = await deployed.follow(before);

    const recorded = await clients.store.events(ended.rolloutId, 0);
    const rollbacks = recorded.filter(({ event }) => event.type === 'RollbackRequested').map(({ event }) => event);
    expect({ phase: ended.phase, green: ended.green, rollbacks }).toEqual({
      phase: 'succeeded',
      green: 'b',
      rollbacks: [],
    });
    expect(await versionsRun('AnalyseGreen')).toEqual(new Set(['1', '2']));
    expect(await deployed.liveWeights()).toEqual({ [service.targetGroups.a]: 0, [service.targetGroups.b]: 100 });
  }, 1_200_000);
});
