import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DescribeTaskDefinitionCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { versions } from '../../examples/web/versions.ts';
import { parseSpec } from '../../lib/specification/parse.ts';
import { pushImage } from '../../local/sample/push-image.ts';
import { sample } from '../../local/sample/sample-names.ts';
import { sampleSpec } from '../../local/sample/sample-spec.ts';
import { eventually } from '../setup/eventually.ts';
import { CommandLine } from './command-line.ts';
import { DeployedStack } from './deployed-stack.ts';
import { describeVerifiedCallers } from './verified-callers.ts';

let deployed: DeployedStack;
let cli: CommandLine;

beforeAll(async () => {
  deployed = await DeployedStack.start({ requestsPerSecond: 60, maxSeconds: 3600 });
  cli = await CommandLine.beside(deployed);
}, 1_200_000);

afterAll(async () => {
  await deployed.stop();
  await cli.remove();
}, 1_200_000);

/** Writes the sample's spec with more in it; returns the file. */
async function specFile(more: string): Promise<string> {
  const file = path.join(cli.folder, 'shop.yml');
  await writeFile(file, `${sampleSpec(deployed.stack.service, 'brisk')}${more}`);
  return file;
}

/** A revision of the sample's family as infrastructure code registers one. */
async function registerInfrastructure(name: string, value: string): Promise<string> {
  const { ecs, store } = deployed.stack.clients;
  const applied = await store.spec(sample.service);
  const { taskDefinition } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: await familyOf(applied?.spec.slots.a.service ?? '') }),
  );
  const containers = (taskDefinition?.containerDefinitions ?? []).map((container) => ({
    ...container,
    environment: [...(container.environment ?? []), { name, value }],
  }));
  const registered = await ecs.send(
    new RegisterTaskDefinitionCommand({ family: taskDefinition?.family, containerDefinitions: containers }),
  );
  return registered.taskDefinition?.taskDefinitionArn ?? '';
}

async function familyOf(service: string): Promise<string> {
  const { out } = await cli.sluice('plan', await specFile(''), '--json');
  const planned: unknown = JSON.parse(out);
  const base: unknown = Reflect.get(Object(planned), 'base');
  const arn: unknown = Reflect.get(Object(base), 'arn');
  if (typeof arn !== 'string') throw new Error(`no task definition of ${service} is known: ${out}`);
  return arn;
}

const ask = (image: string, more: object = {}) =>
  deployed.putEvent('ci.example', 'sluice.rollout.requested', {
    version: 1,
    service: sample.service,
    image,
    requestedBy: 'ada (build 416)',
    ...more,
  });

describe('what starts a rollout on the deployed stack', () => {
  let infrastructure = '';

  test('the command line lints, plans and applies beside the services as they are', async () => {
    infrastructure = await registerInfrastructure('LEVEL', 'debug');
    const file = await specFile('taskDefinition: latest-of-family\nonBusy: queue\n');
    const lint = await cli.sluice('lint', file, '--live');
    const plan = await cli.sluice('plan', file);
    const apply = await cli.sluice('apply', file);

    expect(lint).toMatchObject({ code: 0, err: '' });
    expect(plan.out).toContain(`is a copy of ${infrastructure} (taskDefinition: latest-of-family)`);
    expect(plan.out).toContain('  + LEVEL=debug');
    expect(apply.code).toBe(0);
    expect((await cli.sluice('history', sample.service)).out.split('\n')[1]).toMatch(/^2 /);
  }, 1_200_000);

  test('a pushed image that no event told of is found by reconcile, and started once', async () => {
    const { clients } = deployed.stack;
    const { digest } = await pushImage(clients, versions.good);
    const found = await cli.sluice('reconcile', '--dry-run');
    expect(found.out).toContain(versions.good.tag);
    expect(await deployed.executions()).toEqual([]);

    expect((await cli.sluice('reconcile')).code).toBe(0);
    await cli.sluice('reconcile');
    const state = await deployed.follow(undefined, ({ phase }) => phase === 'baking');

    expect(await deployed.executions()).toHaveLength(1);
    expect(state).toMatchObject({
      image: { digest },
      greenBase: infrastructure,
      configuration: { changes: [{ kind: 'environment', name: 'LEVEL', to: 'debug' }], more: 0 },
    });
    expect((await cli.sluice('get', state.rolloutId)).out).toContain('config   + LEVEL=debug');
  }, 1_200_000);

  test('while it runs, a request of CI waits for it, whatever else is asked for', async () => {
    const { clients } = deployed.stack;
    const running = await deployed.newestRolloutId();
    await pushImage(clients, versions.next);
    await ask(versions.next.tag, { version: 2 });
    await ask(versions.next.tag, { service: 'nobody' });
    await ask(versions.next.tag);
    await ask(versions.next.tag);
    await eventually(
      'the request waits',
      async () => (await clients.store.waiting(sample.service))?.request.image === versions.next.tag,
    );

    expect(await clients.store.waiting(sample.service)).toMatchObject({ behind: running, supersedes: false });
    const ofCi = (await deployed.executions()).filter((arn) => arn.includes(':ci-'));
    expect(ofCi).toHaveLength(1);
    expect(await deployed.endOf(ofCi[0] ?? '')).toMatchObject({ status: 'SUCCEEDED' });
  }, 1_200_000);

  test('once it has ended, the one that waited is started by itself', async () => {
    const { clients } = deployed.stack;
    const former = await deployed.newestRolloutId();
    const next = await deployed.follow(former, ({ phase }) => phase === 'baking');

    expect((await clients.store.load(former ?? ''))?.state.phase).toBe('succeeded');
    expect(next).toMatchObject({ image: { tag: versions.next.tag }, requestedBy: 'ada (build 416)' });
    // The revision that the rollout before registered lies above that of the infrastructure.
    expect(next).toMatchObject({ greenBase: infrastructure });
  }, 1_200_000);

  test('with onBusy: supersede the running one is rolled back for the newer request', async () => {
    const { clients } = deployed.stack;
    const read = parseSpec(`${sampleSpec(deployed.stack.service, 'patient')}onBusy: supersede\n`, 'shop.yml');
    if (!read.ok) throw new Error(JSON.stringify(read.findings));
    await clients.store.putSpec(read.spec, 'a test', new Date().toISOString());
    const superseded = await deployed.newestRolloutId();
    await ask(versions.first.tag);
    const newer = await deployed.follow(superseded, ({ phase }) => phase === 'baking');

    expect(newer).toMatchObject({ image: { tag: versions.first.tag } });
    expect((await clients.store.load(superseded ?? ''))?.state).toMatchObject({
      phase: 'rolledBack',
      reason: expect.stringContaining(`superseded by ${versions.first.tag}`),
    });
  }, 1_200_000);
});

// At the end: the functions behind the table's stream rest from then on.
describeVerifiedCallers(() => ({ aws: deployed.stack.aws, store: deployed.stack.clients.store }));
