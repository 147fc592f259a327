/* eslint-disable jest/no-export -- one suite, run at the end of a deployed stack's other tests */
import { createPublicKey } from 'node:crypto';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  LambdaClient,
  type LambdaClientConfig,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { archiveInBucket } from '../../lib/cli/connect-archive.ts';
import { kmsSigner } from '../../lib/platform/kms-signer.ts';
import { verifyArchive } from '../../lib/storage/archive/verify-archive.ts';
import { dynamoDbSeenSignIns } from '../../lib/storage/dynamodb-seen-sign-ins.ts';
import { apiUrl } from '../../local/stack/api-url.ts';
import { localStage } from '../../local/stack/stage.ts';
import { callers, type Cell, matrix, names, shouldCount, type Who } from '../approval/identity-cells.ts';
import { eventually } from '../setup/eventually.ts';
import { Callers, type Credentials, root } from './callers.ts';
import { command, described, isLetIn, type Reached, send, settings, TableName, watch, ways } from './guarded-ways.ts';
import { takeRight } from './role-rights.ts';
import { Rollouts } from './waiting-rollouts.ts';

/** Who AWS lets in by which way, and what their commands come to, on a stack whose IAM is enforced. */
export function describeVerifiedCallers(reach: () => Reached): void {
  describe('callers that AWS verifies, on the deployed stack', () => {
    const asks: Partial<Record<Who, Credentials>> = {};
    let made: Callers;
    let ana: Credentials;

    beforeAll(async () => {
      const { aws } = reach();
      const { endpoint } = aws.emulator;
      const [, api = ''] = /execute-api\/([^/]+)\//.exec(await apiUrl(aws)) ?? [];
      made = new Callers({ endpoint, region: aws.region, accountId: aws.accountId, api });
      const jobs = [command, watch];
      const assume = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' };
      const center = 'AWSReservedSSO_Deploy_0123456789abcdef';
      const path = `/aws-reserved/sso.amazonaws.com/${aws.region}/`;
      await made.role('Open', jobs);
      await made.role(center, jobs, { path });
      await made.role('Fixed', jobs, { only: 'ana' });
      ana = await made.user('ana', jobs, [assume]);
      asks.ana = ana;
      asks.cleo = await made.user('cleo', jobs);
      asks.gus = await made.user('gus', jobs);
      asks.unlisted = await made.user('dave', jobs, [assume]);
      asks.center = await made.session(center, 'ana@example.com', undefined, path);
      asks.fixed = await made.session('Fixed', 'ana', ana);
      asks.unread = asks.fixed;
      asks.shared = await made.session('Open', 'ben', asks.unlisted);
      asks.listedButShared = await made.session('Open', 'ana', asks.unlisted);
    }, 120_000);

    test('a role whose trust policy fixes the name of its sessions gives nobody another name', async () => {
      await expect(made.session('Fixed', 'ben', ana)).rejects.toThrow(/not authorized|AccessDenied/);
      await expect(made.session('Fixed', 'ana', asks.unlisted)).rejects.toThrow(/not authorized|AccessDenied/);
    });

    test('each job of docs/iam.md opens its own ways alone, as a user and as a session of each kind of role', async () => {
      const found: string[] = [];
      const expected: string[] = [];
      for (const job of [...Object.keys(made.policies), 'none']) {
        const own = job === 'none' ? [] : [job];
        const name = job.replaceAll(/\W/g, '');
        const path = `/aws-reserved/sso.amazonaws.com/${reach().aws.region}/`;
        const center = `AWSReservedSSO_${name.slice(0, 20)}_1`;
        const may = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' };
        const user = await made.user(`${name}-user`, own, [may]);
        await made.role(`${name}-open`, own);
        await made.role(`${name}-fixed`, own, { only: `${name}-user` });
        await made.role(center, own, { path });
        const kinds = {
          user,
          open: await made.session(`${name}-open`, 'ana', user),
          fixed: await made.session(`${name}-fixed`, `${name}-user`, user),
          center: await made.session(center, 'ana@example.com', undefined, path),
        };
        for (const [kind, credentials] of Object.entries(kinds)) {
          for (const [what, { opens, ask }] of Object.entries(ways)) {
            if (opens.includes(job)) expected.push(`${job}, ${kind}: ${what}`);
            if (await isLetIn(() => ask(credentials, reach()))) found.push(`${job}, ${kind}: ${what}`);
          }
        }
      }

      expect(found).toEqual(expected);
      expect(expected).toHaveLength(12 * 4);
    }, 1_200_000);

    test.each(['commands', 'open'])('no signature is let in to %s', async (route) => {
      const answer = await fetch(`${await apiUrl(reach().aws)}/${route}`, { method: 'POST', body: '{}' });

      expect(answer.status).toBe(403);
    });

    test.each([
      ['a key that nobody has', { accessKeyId: 'AKIAIOSFODNN7EXAMPLE' }],
      ['the wrong secret', { secretAccessKey: 'wrong' }],
    ] as const)('%s is let in nowhere', async (_, wrong) => {
      const request = { command: 'pause', rollout: 'nobody-1', user: 'x' } as const;

      await expect(send({ ...ana, ...wrong }, reach(), request)).rejects.toThrow('answered 403');
    });

    test('who opened the pages is in the archive, by the ids of people alone', async () => {
      const { aws } = reach();
      const clients = {
        s3: new S3Client({ ...settings(root, reach()), forcePathStyle: true }),
        kms: new KMSClient(settings(root, reach())),
      };
      const { Stacks: [stack] = [] } = await described(new CloudFormationClient(settings(root, reach())));
      const bucket = stack?.Outputs?.find(({ OutputKey }) => OutputKey === 'ArchiveBucketName')?.OutputValue ?? '';
      const copy = archiveInBucket(clients.s3, bucket);
      const table = DynamoDBDocumentClient.from(new DynamoDBClient(settings(root, reach())));
      const kept = await dynamoDbSeenSignIns(table, TableName);
      const archived = async () => (await copy.keys()).filter((key) => key.startsWith('sign-ins/'));
      await eventually('the archive has each of them', async () => (await archived()).length === kept.length);

      expect(kept.map(({ way }) => way)).toEqual(['minted', 'minted', 'minted', 'minted']);
      expect(new Set(kept.map(({ person }) => person)).size).toBe(4);
      expect(kept.map(({ who }) => who?.principal)).toContain(`arn:aws:iam::${aws.accountId}:user/Openthepages-user`);
      const texts = (await Promise.all((await archived()).map((key) => copy.texts(key)))).flat();
      expect(texts.join()).not.toMatch(/arn:|ana|user\//);
      const publicKey = await kmsSigner(clients.kms, `alias/sluice-${localStage}-checkpoints`).publicKey();
      const key = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' });
      expect((await verifyArchive(copy, key)).findings).toEqual([]);
    }, 120_000);

    test('the matrix: principal x name x action x setting', async () => {
      await stopStream(settings(root, reach()));
      const wrong: string[] = [];
      const ask = async (cell: Cell, rollouts: Rollouts) => {
        const credentials = asks[cell.who];
        if (credentials === undefined) throw new Error(`nobody is ${cell.who}`);
        const id = await rollouts.waiting(cell);
        const request = { command: cell.action, rollout: id, user: 'laptop', as: names[cell.name], reason: 'because' };
        const answer = await send(credentials, reach(), request);
        const expected = shouldCount(cell) ? 'done' : 'refused';
        const told = `${cell.action} by ${cell.who} as ${cell.name}, identity: ${cell.identity}`;
        if (answer.outcome !== expected) wrong.push(`${told}: ${JSON.stringify(answer)}`);
        if (answer.outcome !== 'done') return;
        const recorded = await rollouts.newest(id);
        if (!recorded.includes(`"principal":"${callers[cell.who].principal}"`)) wrong.push(`${told}: ${recorded}`);
        rollouts.used(cell);
      };
      const cells = matrix.filter(isAsked);
      const known = cells.filter(({ who }) => who !== 'unread');
      await Promise.all(
        Object.values(Object.groupBy(known, ({ identity }) => identity)).map(async (lane) => {
          const rollouts = new Rollouts(reach().store);
          for (const cell of lane) await ask(cell, rollouts);
        }),
      );
      const { giveBack } = await takeRight(
        settings(root, reach()),
        `sluice-${localStage}-ReceiveRequest`,
        'iam:GetRole',
      );
      const rollouts = new Rollouts(reach().store);
      for (const cell of cells.filter(({ who }) => who === 'unread')) await ask(cell, rollouts);
      await giveBack();

      expect(wrong).toEqual([]);
      expect(cells).toHaveLength(7 * 9 * 5 * 2 + 3);
    }, 1_200_000);
  });
}

/** What follows from a decision is not asked here: the functions behind the table's stream rest from now on. */
async function stopStream(client: LambdaClientConfig): Promise<void> {
  const lambda = new LambdaClient(client);
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
  const ofTable = EventSourceMappings.filter(({ EventSourceArn = '' }) => EventSourceArn.includes('/stream/'));
  expect(ofTable.length).toBeGreaterThan(1);
  for (const { UUID } of ofTable) await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
}

/** An `abort` starts the rollback machine, so one is asked of the requester, of a role of several, and of whom IAM does not tell. */
function isAsked({ action, who, name, identity }: Cell): boolean {
  return (
    action !== 'abort' || (['cleo', 'shared', 'unread'].includes(who) && name === 'nothing' && identity === 'link')
  );
}
