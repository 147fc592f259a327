import { createRequire } from 'node:module';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { dynamoDbRolloutStore } from '../../lib/storage/dynamodb-rollout-store.ts';
import { openedEvent } from '../contract/opened-event.ts';
import { rolloutTable } from '../contract/rollout-table.ts';

interface Boundary {
  readonly balancers: string | readonly string[];
  readonly clusters: string | readonly string[];
  readonly secrets: string;
  readonly mailSender: string;
}
type WhyNot = (client: DynamoDBClient, table: string, boundary: Boundary) => Promise<string | undefined>;

const required: unknown = createRequire(import.meta.url)('../../serverless/refuse-lost-access.cjs');
const isFunction = (value: unknown) => typeof value === 'function';
const { whyNot } = z.custom<{ readonly whyNot: WhyNot }>(isFunction).parse(required);

const at = '2026-03-01T11:00:00.000Z';
const event = openedEvent();
const balancer = /:listener(?:-rule)?\/app\/([^/]+)\//.exec(JSON.stringify(event.spec.traffic))?.[1] ?? '';
const all: Boundary = { balancers: ['*'], clusters: '*', secrets: 'sluice/test', mailSender: '*' };
let table: Awaited<ReturnType<typeof rolloutTable>>;

beforeAll(async () => {
  table = await rolloutTable();
});
afterAll(() => table.close());

describe('a deployment that takes rights away', () => {
  test('is possible before anything was applied, and for a stage without a table', async () => {
    expect(await whyNot(table.client, table.name, { ...all, balancers: ['other'] })).toBeUndefined();
    expect(await whyNot(table.client, 'sluice-never', all)).toBeUndefined();
  });

  test('is refused for what an applied spec needs, each with its parameter', async () => {
    const store = dynamoDbRolloutStore(table.documents, table.name);
    const channels: (typeof event.spec.notifications)['channels'] = [
      { name: 'chat', type: 'slack', token: 'ssm:/sluice/elsewhere/token', channel: 'C0123456789', buttons: false },
      { name: 'mail', type: 'mail', from: 'sluice@example.com', to: ['ana@example.com'] },
      { name: 'own', type: 'slack', token: 'ssm:/sluice/test/token', channel: 'C0123456789', buttons: false },
    ];
    const notifications = { ...event.spec.notifications, channels };
    await store.putSpec({ ...event.spec, notifications, service: event.service }, 'Ana', at);

    const reason = await whyNot(table.client, table.name, {
      balancers: 'other, another',
      clusters: ['other'],
      secrets: 'sluice/test',
      mailSender: 'ample.com',
    });

    expect(reason).toContain(`- the spec of ${event.service}: load balancer ${balancer} (parameter balancers)`);
    expect(reason).toContain(`- the spec of ${event.service}: cluster ${event.spec.cluster} (parameter clusters)`);
    expect(reason).toContain('secret sluice/elsewhere/token (parameter secrets)');
    expect(reason).toContain('mail from sluice@example.com (parameter mailSender)');
    expect(reason).not.toContain('sluice/test/token');
    expect(reason).toContain('loseAccess=yes');
  });

  test.each(['*', 'example.com', 'sluice@example.com'])('keeps a sender that %s covers', async (mailSender) => {
    const reason = await whyNot(table.client, table.name, { ...all, mailSender, clusters: 'other' });

    expect(reason).toContain('(parameter clusters)');
    expect(reason).not.toContain('mailSender');
  });

  test('is refused for what a rollout under way needs, though the applied spec needs it no longer', async () => {
    const store = dynamoDbRolloutStore(table.documents, table.name);
    const opened = await store.open('web-20260301-110000-abcdef', event, at);
    expect(opened.outcome).toBe('opened');
    const elsewhere = (arn: string) => arn.replace(`app/${balancer}/`, 'app/moved/');
    const traffic = event.spec.traffic.map((one) =>
      'rule' in one ? { ...one, rule: elsewhere(one.rule) } : { ...one, listener: elsewhere(one.listener) },
    );
    const notifications = { ...event.spec.notifications, channels: [] };
    await store.putSpec({ ...event.spec, traffic, notifications, service: event.service }, 'Ana', at);

    const reason = await whyNot(table.client, table.name, { ...all, balancers: ['moved'] });

    expect(reason).toContain(`- rollout web-20260301-110000-abcdef: load balancer ${balancer} (parameter balancers)`);
    expect(reason).not.toContain('the spec of');
    expect(await whyNot(table.client, table.name, { ...all, balancers: ['moved', balancer] })).toBeUndefined();
  });

  test('is refused where the record cannot be read: that says nothing of specs', async () => {
    const nowhere = new DynamoDBClient({
      ...{ endpoint: 'http://127.0.0.1:9', region: 'us-east-1', maxAttempts: 1 },
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });

    expect(await whyNot(nowhere, table.name, all)).toMatch(/could not be read from table .*loseAccess=yes/);
  });
});
