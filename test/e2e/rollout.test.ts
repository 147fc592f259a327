import { createPublicKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { KMSClient } from '@aws-sdk/client-kms';
import {
  DeleteObjectCommand,
  GetObjectRetentionCommand,
  ListObjectVersionsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { archiveInBucket } from '../../lib/cli/connect-archive.ts';
import { kmsSigner } from '../../lib/platform/kms-signer.ts';
import { compareWithTable } from '../../lib/storage/archive/compare-with-table.ts';
import { archivedRecord, verifyArchive } from '../../lib/storage/archive/verify-archive.ts';
import { keys } from '../../lib/storage/dynamodb-keys.ts';
import { dynamoDbKeptRecord } from '../../lib/storage/dynamodb-kept-record.ts';
import { approvalLinks, decideByLink } from '../../local/demo/personal-links.ts';
import { apiUrl } from '../../local/stack/api-url.ts';
import { applySpec } from '../../local/stack/local-stack.ts';
import { sampleApprovers } from '../../local/sample/sample-spec.ts';
import { refusedRights } from '../../local/stack/refused-rights.ts';
import { versions } from '../../examples/web/versions.ts';
import { transitionsOf } from '../../lib/rollout/transition.ts';
import { announcePush, pushImage } from '../../local/sample/push-image.ts';
import { sample } from '../../local/sample/sample-names.ts';
import { smokeChecks } from '../../local/smoke/checks.ts';
import { eventually } from '../setup/eventually.ts';
import { type Announcement, listenToTransitions } from './announcements.ts';
import { DeployedStack } from './deployed-stack.ts';

let deployed: DeployedStack;
let announcements: () => Promise<readonly Announcement[]>;

beforeAll(async () => {
  deployed = await DeployedStack.start({ requestsPerSecond: 100, maxSeconds: 3600 });
  announcements = await listenToTransitions(deployed);
}, 1_200_000);

afterAll(async () => {
  await deployed.stop();
}, 1_200_000);

/** Answers to requests with the canary header, asked until all of them are of one version: each node learns of a rule in its own time. */
async function answersWithCanaryHeader(): Promise<readonly { readonly version: string }[]> {
  const { service } = deployed.stack;
  let bodies: { version: string }[] = [];
  await eventually('every node obeys the rule of the canary header', async () => {
    const asked = Array.from({ length: 20 }, () => fetch(`${service.url}/health`, { headers: { canary: 'true' } }));
    const answers = await Promise.all(asked);
    bodies = z.array(z.object({ version: z.string() })).parse(await Promise.all(answers.map((one) => one.json())));
    return bodies.every(({ version }) => version === versions.good.env.VERSION);
  });
  return bodies;
}

describe('on the deployed stack, under traffic', () => {
  test('a pushed good version goes to 100 % with no failed request, the canary header first, whatever else is pushed and started meanwhile', async () => {
    const { clients, truth, service } = deployed.stack;
    await truth.reset();
    const image = await pushImage(clients, versions.good);
    await announcePush(clients, image);
    const running = await deployed.follow(undefined, ({ phase }) => phase === 'baking');

    // The same image pushed once more, another service's image, and a second rollout of the same service.
    await announcePush(clients, image);
    await deployed.putEvent('local.ecr', 'ECR Image Action', {
      'action-type': 'PUSH',
      result: 'SUCCESS',
      'repository-name': 'somebody/else',
      'image-tag': image.tag,
      'image-digest': image.digest,
    });
    const second = await deployed.endOf(
      await deployed.startByHand({ service: sample.service, image: versions.first.tag }),
    );
    await deployed.follow(undefined, ({ step }) => step >= 1);
    const canary = new Set((await answersWithCanaryHeader()).map(({ version }) => version));
    const first = await deployed.follow(undefined);
    const end = await deployed.endOf(running.executionArn);

    expect(second).toMatchObject({ status: 'FAILED', error: 'Rejected' });
    expect(second.cause).toContain(`busy with rollout ${running.rolloutId}`);
    expect(canary).toEqual(new Set([versions.good.env.VERSION]));
    expect(first).toMatchObject({ rolloutId: running.rolloutId, phase: 'succeeded', green: 'b' });
    expect(end.status).toBe('SUCCEEDED');
    // The first, and two that were refused: of the second push, and by hand.
    expect((await deployed.executions()).length).toBe(3);
    expect((await truth.stats()).failed).toBe(0);
    expect(await deployed.liveWeights()).toEqual({ [service.targetGroups.a]: 0, [service.targetGroups.b]: 100 });
    expect(await clients.store.service(sample.service)).toMatchObject({
      lockedBy: undefined,
      retention: { slot: 'a' },
    });
  }, 1_200_000);

  test('the bad version is put back, green is gone, and the execution says why', async () => {
    const { clients, service } = deployed.stack;
    const before = await deployed.newestRolloutId();
    await announcePush(clients, await pushImage(clients, versions.bad));
    const rolledBack = await deployed.follow(before);
    const [newest] = await clients.store.list(sample.service, 1);
    const end = await deployed.endOf(rolledBack.executionArn);

    expect(rolledBack).toMatchObject({ rolloutId: newest?.rolloutId, phase: 'rolledBack', blue: 'b' });
    const happened = (await clients.store.events(rolledBack.rolloutId, 0)).map(({ event }) => event.type);
    expect(happened).toContain('EvidenceCaptured');
    expect(happened).not.toContain('EvidenceMissing');
    expect(['error-rate', 'latency-p95']).toContain(rolledBack.failedGate);
    expect(end).toMatchObject({ status: 'FAILED', error: 'RolledBack' });
    expect(end.cause).toContain(`${sample.service} ${versions.bad.tag} was rolled back`);
    expect(await deployed.liveWeights()).toEqual({ [service.targetGroups.a]: 0, [service.targetGroups.b]: 100 });
    expect(await clients.store.service(sample.service)).toMatchObject({ lockedBy: undefined });
  }, 1_200_000);

  test('what is not there, or serves already, is refused at the door and touches nothing', async () => {
    const changesBefore = (await deployed.stack.truth.changes()).length;
    const ends = [];
    for (const input of [
      {},
      { service: 'nobody', image: '1-abcdef0' },
      { service: sample.service, image: '999-0000000' },
      { service: sample.service, image: versions.good.tag },
    ]) {
      ends.push(await deployed.endOf(await deployed.startByHand(input)));
    }

    expect(ends.map(({ error }) => error)).toEqual(['Rejected', 'Rejected', 'Rejected', 'Rejected']);
    expect(ends.map(({ cause }) => cause)).toEqual([
      expect.stringContaining('service: expected the name of a service'),
      expect.stringContaining('No spec is applied for service "nobody"'),
      expect.stringContaining('has no image 999-0000000'),
      expect.stringContaining('already serves all traffic'),
    ]);
    expect((await deployed.stack.truth.changes()).length).toBe(changesBefore);
  }, 1_200_000);

  test('what a smoke run asks of a stack is so', async () => {
    const { sfn } = deployed.stack.clients;
    const dynamodb = new DynamoDBClient(deployed.emulatorClient);

    const results = await smokeChecks('local', { sfn, dynamodb });

    expect(results.map(({ passed, saw }) => [passed, saw])).toEqual([
      [true, 'table ACTIVE'],
      [true, expect.stringContaining('nobody')],
      [true, expect.stringContaining('The input must look like')],
      [true, 'SUCCEEDED'],
    ]);
  }, 1_200_000);

  test('every transition reached the topic, in order and with its attributes', async () => {
    const heard = await announcements();
    const rollouts = [...new Set(heard.map(({ rolloutId }) => rolloutId))];

    expect(rollouts).toHaveLength(2);
    for (const id of rollouts) {
      const own = heard.filter(({ rolloutId }) => rolloutId === id);
      const sequences = [...new Set(own.map(({ sequence }) => sequence))].sort((left, right) => left - right);
      const recorded = await deployed.stack.clients.store.events(id, 0);
      const announced = transitionsOf(recorded).map(({ sequence }) => sequence);
      expect(sequences).toEqual(announced);
      expect(new Set(own.map(({ attributes }) => attributes.service.Value))).toEqual(new Set([sample.service]));
      expect(new Set(own.map(({ attributes }) => attributes.traceId.Value)).size).toBe(1);
    }
    // A rollback that succeeds by itself is a warning.
    const ofRollback = heard.filter(({ type }) => type === 'RollbackRequested');
    expect(ofRollback.map(({ attributes }) => attributes.severity.Value)).toEqual(['warning']);
    expect(heard.filter(({ attributes }) => attributes.severity.Value === 'critical')).toEqual([]);
  }, 1_200_000);

  test('the archive has every event of the table, signed, and locked', async () => {
    const { emulatorClient: client } = deployed;
    const clients = { s3: new S3Client({ ...client, forcePathStyle: true }), kms: new KMSClient(client) };
    const { Stacks: [stack] = [] } = await new CloudFormationClient(client).send(
      new DescribeStacksCommand({ StackName: 'sluice-local' }),
    );
    const Bucket = stack?.Outputs?.find(({ OutputKey }) => OutputKey === 'ArchiveBucketName')?.OutputValue ?? '';
    const key = createPublicKey({
      key: Buffer.from(await kmsSigner(clients.kms, 'alias/sluice-local-checkpoints').publicKey()),
      ...{ format: 'der', type: 'spki' },
    });
    const documents = DynamoDBDocumentClient.from(new DynamoDBClient(client));
    const rollouts = await deployed.stack.clients.store.list(sample.service, 10);

    for (const { rolloutId } of rollouts) {
      const table = await dynamoDbKeptRecord(documents, 'sluice-local', rolloutId);
      await eventually(`the archive has all of ${rolloutId}`, async () => {
        const archived = await archivedRecord(rolloutId, archiveInBucket(clients.s3, Bucket));
        return compareWithTable(rolloutId, archived?.events ?? new Map<number, string>(), table).length === 0;
      });
    }
    const verified = await verifyArchive(archiveInBucket(clients.s3, Bucket), key);
    expect(verified).toMatchObject({ findings: [], rollouts: rollouts.length, unchained: [] });
    const { Versions: [object] = [] } = await clients.s3.send(new ListObjectVersionsCommand({ Bucket, MaxKeys: 1 }));
    const version = { Bucket, Key: object?.Key, VersionId: object?.VersionId };
    await expect(clients.s3.send(new DeleteObjectCommand(version))).rejects.toThrow('object lock');
    expect((await clients.s3.send(new GetObjectRetentionCommand(version))).Retention?.Mode).toBe('GOVERNANCE');
  }, 1_200_000);

  test('a request that waits for a service that nobody rolls out is started by the hint of the stream', async () => {
    const { store } = deployed.stack.clients;
    const id = 'e2e-1';
    const image = '999-0000000';
    await store.putWaiting({
      id,
      at: new Date().toISOString(),
      request: { service: 'shop', image, requestedBy: 'a test' },
      behind: 'shop-0',
      supersedes: false,
    });
    const executionArn = `${deployed.machineArn.replace(':stateMachine:', ':execution:')}:waited-shop-${id}`;
    await eventually('its execution', async () => (await deployed.executions()).includes(executionArn));

    expect(await deployed.endOf(executionArn)).toMatchObject({ error: 'Rejected' });
    await eventually('it is forgotten', async () => (await store.waiting('shop')) === undefined);
  }, 1_200_000);

  test('the stack says that it is well', async () => {
    const { aws } = deployed.stack;
    // It is for callers that sign; the root user's signature is not checked.
    const authorization = `AWS4-HMAC-SHA256 Credential=test/20260101/${aws.region}/execute-api/aws4_request`;
    const answer = await fetch(`${await apiUrl(aws)}/health`, { headers: { authorization } });

    expect(await answer.json()).toMatchObject({
      status: 'ok',
      stage: 'local',
      checks: expect.arrayContaining([expect.objectContaining({ name: 'machines', passed: true })]),
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  }, 1_200_000);

  test('people get links by mail; looking changes nothing, and one rejects by theirs', async () => {
    const { clients, service, aws } = deployed.stack;
    await applySpec(clients, service, 'quick', { approved: true });
    await pushImage(clients, versions.next);
    const before = await deployed.newestRolloutId();
    const input = { service: sample.service, image: versions.next.tag, requestedBy: 'ada', reason: 'search is back' };
    const executionArn = await deployed.startByHand(input);
    const { rolloutId } = await deployed.follow(before, ({ phase }) => phase === 'awaitingApproval');
    const [{ url } = { url: '' }, other] = await approvalLinks(aws.inboxUrl, rolloutId, sampleApprovers.length);
    await eventually(
      'people are asked',
      async () => (await clients.store.load(rolloutId))?.state.approval?.until !== undefined,
    );
    const sequence = async () => (await clients.store.load(rolloutId))?.sequence;
    const asked = await sequence();

    const looks = await Promise.all(['GET', 'HEAD', 'GET'].map((method) => fetch(url, { method })));
    expect(looks.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(looks[0]?.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(await looks[0]?.text()).toContain('search is back');
    expect((await fetch(url.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')))).status).toBe(404);
    expect(await sequence()).toBe(asked);

    await decideByLink(url, { action: 'reject', comment: 'not before the holidays' });
    expect(await deployed.endOf(executionArn)).toMatchObject({ status: 'FAILED', error: 'Rejected' });
    expect(await (await fetch(other?.url ?? '')).text()).toContain('not before the holidays');
  }, 1_200_000);

  test('a slot that ECS itself would move traffic for is rejected before anything is changed, with what to change', async () => {
    const { ecs } = deployed.stack.clients;
    const slot = { cluster: sample.cluster, service: sample.slots.a };
    await pushImage(deployed.stack.clients, versions.next);
    const changesBefore = (await deployed.stack.truth.changes()).length;
    await ecs.send(
      new UpdateServiceCommand({
        ...slot,
        loadBalancers: [
          {
            ...{ targetGroupArn: deployed.stack.service.targetGroups.a, containerName: 'app', containerPort: 8080 },
            advancedConfiguration: {
              alternateTargetGroupArn: deployed.stack.service.targetGroups.b,
              productionListenerRule: deployed.stack.service.ruleArn,
              roleArn: `arn:aws:iam::${deployed.stack.aws.accountId}:role/ecs`,
            },
          },
        ],
        // The deployment waits before its first task: nothing but the strategy is to be seen.
        deploymentConfiguration: {
          strategy: 'CANARY',
          lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['PRE_SCALE_UP'] }],
        },
      }),
    );
    const end = await deployed.endOf(await deployed.startByHand({ service: sample.service, image: versions.next.tag }));
    await ecs.send(
      new UpdateServiceCommand({ ...slot, deploymentConfiguration: { strategy: 'ROLLING', lifecycleHooks: [] } }),
    );

    expect(end).toMatchObject({ status: 'FAILED', error: 'Rejected' });
    expect(end.cause).toContain('the deployment strategy CANARY');
    expect((await deployed.stack.truth.changes()).length).toBe(changesBefore);
  }, 1_200_000);

  test('an event that somebody changes in the table is told by its record within a minute', async () => {
    const { store } = deployed.stack.clients;
    // One with events behind the second one: those of its newest event any load finds.
    const rolloutId = (await store.list(sample.service, 10)).at(-1)?.rolloutId ?? '';
    const documents = DynamoDBDocumentClient.from(new DynamoDBClient(deployed.emulatorClient));
    await documents.send(
      new UpdateCommand({
        ...{ TableName: 'sluice-local', Key: keys.event(rolloutId, 2), UpdateExpression: 'SET recorded = :forged' },
        ExpressionAttributeValues: { ':forged': '{}' },
      }),
    );

    await eventually('the record says so', async () => (await store.load(rolloutId))?.state.altered !== undefined);
    expect((await store.load(rolloutId))?.state.altered?.what).toBe('Event 2 was changed in the table.');
    await eventually('it is announced', async () =>
      (await announcements()).some(({ type, rolloutId: id }) => type === 'RecordAltered' && id === rolloutId),
    );
  }, 1_200_000);

  test('no role lacked a right', async () => {
    expect(await refusedRights(deployed.stack.aws.emulator.endpoint)).toEqual([]);
  });
});
