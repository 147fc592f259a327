import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { lintDriver } from '../../lib/specification/lint-driver.ts';
import { parseSpec } from '../../lib/specification/parse.ts';
import { versions } from '../../examples/web/versions.ts';
import {
  deployByCi,
  moveTrafficByEcs,
  newestDeployment,
  type OneServiceDriver,
  pauseForRollouts,
  specInOneService,
} from '../../local/sample/one-service.ts';
import { announcePush, pushImage } from '../../local/sample/push-image.ts';
import { refusedRights } from '../../local/stack/refused-rights.ts';
import { eventually } from '../setup/eventually.ts';
import { DeployedStack } from './deployed-stack.ts';

let deployed: DeployedStack;

/** Bad in one way alone: of a version that is slow as well, the gate on latency may be the first to fail. */
const failing = {
  ...versions.bad,
  env: { VERSION: versions.bad.env.VERSION, ERROR_SHARE: versions.bad.env.ERROR_SHARE },
};

beforeAll(async () => {
  deployed = await DeployedStack.start({ requestsPerSecond: 100, maxSeconds: 3600 });
  const { clients, service, aws } = deployed.stack;
  await moveTrafficByEcs(clients, service, aws.accountId);
}, 1_200_000);

afterAll(async () => {
  await deployed.stop();
}, 1_200_000);

async function ended(status: string): Promise<void> {
  const { clients } = deployed.stack;
  await eventually(
    `the deployment is ${status}`,
    async () => (await newestDeployment(clients))?.status === status,
    120,
  );
}

async function applySpecOf(driver: OneServiceDriver): Promise<void> {
  const { clients, service } = deployed.stack;
  const read = parseSpec(specInOneService(driver, service), 'sample.yml');
  if (!read.ok) throw new Error(JSON.stringify(read.findings));
  expect(lintDriver(read.spec)).toEqual([]);
  await clients.store.putSpec(read.spec, 'a test', new Date().toISOString());
}

async function served(): Promise<unknown> {
  const body: unknown = await (await fetch(`${deployed.stack.service.url}/health`)).json();
  return Reflect.get(Object(body), 'version');
}

function serves(version: { readonly env: { readonly VERSION: string } }): Promise<void> {
  return eventually(`${version.env.VERSION} serves alone`, async () => {
    const seen = await Promise.all(Array.from({ length: 20 }, served));
    return seen.every((one) => one === version.env.VERSION);
  });
}

describe('a service that ECS deploys and Sluice is attached to', () => {
  beforeAll(async () => {
    await pauseForRollouts(deployed.stack.clients);
    await applySpecOf('ecs-native');
  }, 1_200_000);

  test('gets a good version step by step, without a failed request', async () => {
    const { clients, truth } = deployed.stack;
    await truth.reset();
    await deployByCi(clients, await pushImage(clients, versions.good));
    const rollout = await deployed.follow(undefined);
    const end = await deployed.endOf(rollout.executionArn);
    await ended('SUCCESSFUL');

    expect(end).toMatchObject({ status: 'SUCCEEDED' });
    expect(rollout.phase).toBe('succeeded');
    expect(rollout.shifts.map(({ weight }) => weight)).toEqual([50, 100]);
    expect(await served()).toBe(versions.good.env.VERSION);
    expect((await truth.stats()).failed).toBe(0);
  }, 1_200_000);

  test('has a bad version taken back, by the rule first and then by ECS', async () => {
    const { clients } = deployed.stack;
    const before = await deployed.newestRolloutId();
    await deployByCi(clients, await pushImage(clients, failing));
    const rollout = await deployed.follow(before);
    const end = await deployed.endOf(rollout.executionArn);
    await ended('ROLLBACK_SUCCESSFUL');

    expect(end).toMatchObject({ status: 'FAILED', error: 'RolledBack' });
    expect(rollout).toMatchObject({ phase: 'rolledBack', failedGate: 'error-rate' });
    await serves(versions.good);
    expect(await deployed.liveWeights()).toMatchObject({ [deployed.stack.service.targetGroups.a]: 100 });
  }, 1_200_000);
});

describe('a service whose deployments of ECS are begun by its rollouts', () => {
  beforeAll(() => applySpecOf('ecs-managed'));

  test('gets a good version by a push, step by step, without a failed request', async () => {
    const { clients, truth } = deployed.stack;
    const before = await deployed.newestRolloutId();
    await truth.reset();
    await announcePush(clients, await pushImage(clients, versions.next));
    const rollout = await deployed.follow(before);
    const end = await deployed.endOf(rollout.executionArn);
    await ended('SUCCESSFUL');

    expect(end).toMatchObject({ status: 'SUCCEEDED' });
    expect(rollout.shifts.map(({ weight }) => weight)).toEqual([50, 100]);
    expect((await newestDeployment(clients))?.serviceDeploymentArn).toBe(rollout.deploymentId);
    await serves(versions.next);
    expect((await truth.stats()).failed).toBe(0);
  }, 1_200_000);

  test('has a bad version taken back, by the rule first and then by ECS', async () => {
    const { clients } = deployed.stack;
    const before = await deployed.newestRolloutId();
    await announcePush(clients, await pushImage(clients, failing));
    const rollout = await deployed.follow(before);
    const end = await deployed.endOf(rollout.executionArn);
    await ended('ROLLBACK_SUCCESSFUL');

    expect(end).toMatchObject({ status: 'FAILED', error: 'RolledBack' });
    expect(rollout).toMatchObject({ phase: 'rolledBack', failedGate: 'error-rate' });
    await serves(versions.next);
  }, 1_200_000);
});

test('no role lacked a right', async () => {
  expect(await refusedRights(deployed.stack.aws.emulator.endpoint)).toEqual([]);
});
