import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { versions } from '../../examples/web/versions.ts';
import type { RolloutState } from '../../lib/rollout/state.ts';
import { announcePush, pushImage } from '../../local/sample/push-image.ts';
import { sample } from '../../local/sample/sample-names.ts';
import { apiUrl } from '../../local/stack/api-url.ts';
import { refusedRights } from '../../local/stack/refused-rights.ts';
import { CommandLine } from './command-line.ts';
import { DeployedStack } from './deployed-stack.ts';
import { flood } from './flood.ts';
import { eventually } from '../setup/eventually.ts';
import { takeRight } from './role-rights.ts';

let deployed: DeployedStack;
let cli: CommandLine;
/** The rollout that succeeded. */
let first: RolloutState;

beforeAll(async () => {
  deployed = await DeployedStack.start({ requestsPerSecond: 50, maxSeconds: 3600 });
  cli = await CommandLine.beside(deployed);
}, 1_200_000);

afterAll(async () => {
  await deployed.stop();
  await cli.remove();
}, 1_200_000);

/** Starts a rollout and waits until it bakes. */
async function baking(version: Parameters<typeof pushImage>[1]) {
  const { clients } = deployed.stack;
  const before = await deployed.newestRolloutId();
  await announcePush(clients, await pushImage(clients, version));
  return deployed.follow(before, ({ phase }) => phase === 'baking');
}

const documentOf = z.looseObject({
  tasks: z.array(z.looseObject({ lastStatus: z.string() })),
  datapoints: z.array(z.unknown()),
  rulesBefore: z.array(z.unknown()),
  rulesAfter: z.array(z.unknown()),
});

describe('going back on the deployed stack, under traffic', () => {
  test('a person rolls a running rollout back, and what green was is kept', async () => {
    const { clients, service } = deployed.stack;
    const { rolloutId } = await baking(versions.good);

    const ran = await cli.sluice('rollback', sample.service, '--reason', 'checkout fails', '--yes', '--wait', '--json');

    expect({ ...ran, out: '' }).toMatchObject({ code: 0 });
    const rolledBack = z.looseObject({ rolloutId: z.string(), phase: z.string() }).parse(JSON.parse(ran.out));
    expect(rolledBack).toMatchObject({ rolloutId, phase: 'rolledBack', reason: 'checkout fails' });
    expect(await deployed.liveWeights()).toEqual({ [service.targetGroups.a]: 100, [service.targetGroups.b]: 0 });
    const events = (await clients.store.events(rolloutId, 0)).map(({ event }) => event);
    const evidence = events.find((event) => event.type === 'EvidenceCaptured');
    expect(evidence?.location).toMatch(/^s3:\/\/sluice-local-evidence-/);
    const [bucket = '', ...key] = (evidence?.location ?? '').replace('s3://', '').split('/');
    const s3 = new S3Client({ ...deployed.emulatorClient, forcePathStyle: true });
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key.join('/') }));
    const kept = documentOf.parse(JSON.parse((await Body?.transformToString()) ?? ''));
    expect(kept.tasks.length).toBeGreaterThan(0);
    expect(kept.rulesBefore).toHaveLength(1);
    expect(kept.rulesAfter).toHaveLength(1);
  }, 1_200_000);

  test('a flood of 2,000 requests is refused with 429 for the most part, and costs the rollout under way no evaluation', async () => {
    const { clients, aws } = deployed.stack;
    const before = await deployed.newestRolloutId();
    await announcePush(clients, await pushImage(clients, versions.next));
    await deployed.follow(before, ({ phase }) => phase === 'baking');

    const answers = await flood(await apiUrl(aws), 2_000);
    first = await deployed.follow(before);

    const { 429: refused = 0, ...others } = answers;
    const letIn = Object.values(others).reduce((sum, count) => sum + count, 0);
    expect(refused + letIn).toBe(2_000);
    expect(refused).toBeGreaterThan(1_000);
    // A link that is none is answered by a function, which sees that without a call to AWS.
    expect(Object.keys(others)).toEqual(['404']);
    expect(first).toMatchObject({ phase: 'succeeded', green: 'b' });
    const events = (await clients.store.events(first.rolloutId, 0)).map(({ event }) => event);
    const shifted = events.filter(({ type }) => type === 'TrafficShifted').length;
    const stepsJudged = new Set(events.flatMap((event) => (event.type === 'GreenAnalysed' ? [event.step] : [])));
    expect(stepsJudged.size).toBe(shifted);
  }, 1_200_000);

  test('after a rollout the kept version gets everything back, without a failed request', async () => {
    const { clients, service, truth } = deployed.stack;
    await truth.reset();

    const ran = await cli.sluice(
      'rollback',
      sample.service,
      '--reason',
      'customers complain',
      '--yes',
      '--wait',
      '--json',
    );

    expect({ ...ran, out: '' }).toMatchObject({ code: 0 });
    const back = z.looseObject({ phase: z.string(), rolloutId: z.string() }).parse(JSON.parse(ran.out));
    expect(back).toMatchObject({
      phase: 'succeeded',
      green: 'a',
      rollback: { to: 'kept', of: first.rolloutId, reason: 'customers complain' },
    });
    expect(await deployed.liveWeights()).toEqual({ [service.targetGroups.a]: 100, [service.targetGroups.b]: 0 });
    expect((await truth.stats()).failed).toBe(0);
    expect(await clients.store.service(sample.service)).toMatchObject({
      lockedBy: undefined,
      retention: { slot: 'b', rolloutId: back.rolloutId },
    });
  }, 1_200_000);

  test('a role that lacks one right cannot restore: the rollback goes on trying, says nothing else, and ends once it has the right', async () => {
    const { aws, clients, service } = deployed.stack;
    const { endpoint } = aws.emulator;
    const right = 'elasticloadbalancing:ModifyRule';
    const { rolloutId } = await baking(versions.subtle);
    const { role, giveBack } = await takeRight(deployed.emulatorClient, 'sluice-local-RestoreTraffic', right);
    try {
      await cli.sluice('rollback', sample.service, '--reason', 'a right is missing', '--yes');
      await eventually('IAM refused the restoration', async () => (await refusedRights(endpoint)).length > 1, 240);

      expect(await refusedRights(endpoint)).toContainEqual({
        principal: `arn:aws:sts::${aws.accountId}:assumed-role/${role}/sluice-local-RestoreTraffic`,
        action: right,
        resource: service.ruleArn,
      });
      expect((await deployed.liveWeights())?.[service.targetGroups.b]).toBeGreaterThan(0);
      expect((await clients.store.load(rolloutId))?.state.closedAt).toBeUndefined();
    } finally {
      await giveBack();
    }
    await deployed.follow(undefined, (state) => state.rolloutId === rolloutId && state.phase === 'rolledBack');
    expect(await deployed.liveWeights()).toEqual({ [service.targetGroups.a]: 100, [service.targetGroups.b]: 0 });
    expect(new Set((await refusedRights(endpoint)).map(({ action }) => action))).toEqual(new Set([right]));
  }, 1_200_000);

  test('with the stack down the rules go back by a plan in a file', async () => {
    const { aws, service } = deployed.stack;
    const file = path.join(cli.folder, 'plan.json');
    const { rolloutId } = await baking(versions.subtle);
    await writeFile(file, (await cli.sluice('get', rolloutId, '--restore-plan')).out);
    expect((await deployed.liveWeights())?.[service.targetGroups.b]).toBeGreaterThan(0);
    await aws.emulator.stop();

    const noTable = await cli.sluice('rollback', sample.service, '--direct', '--yes');
    const ran = await cli.sluice('rollback', sample.service, '--direct', '--plan', file, '--yes', '--once', '--json');

    expect(noTable).toMatchObject({ code: 1, err: expect.stringContaining('--plan <file>') });
    expect({ ...ran, out: '' }).toMatchObject({ code: 0 });
    expect(JSON.parse(ran.out)).toMatchObject({
      rolloutId,
      restored: true,
      fence: expect.stringContaining('not reached'),
    });
    expect(await deployed.liveWeights()).toEqual({ [service.targetGroups.a]: 100, [service.targetGroups.b]: 0 });
  }, 1_200_000);
});
