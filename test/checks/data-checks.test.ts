import { expect, test } from '@jest/globals';
import { checkOf } from '../../lib/checks/all-checks.ts';
import { runCheck } from '../../lib/checks/run-check.ts';
import type { BucketAnswer, RedisAnswer, RedisFacts, SqlAnswer, SqlFacts } from '../../lib/databases/question.ts';
import { modelSpec } from '../model/model-world.ts';
import { journeyTo } from '../usecases/journey.ts';
import { altered, type Alterations } from '../usecases/watched-world.ts';
import { fourTests } from './four-tests.ts';

const secret = 'secretsmanager:prod/orders';
const healthy: SqlFacts = {
  version: '15.18',
  tls: 'TLSv1.3',
  isReadOnly: false,
  connections: { used: 30, most: 100 },
};
const sql = (facts: Partial<SqlFacts>): Alterations => answers({ sql: { ...healthy, ...facts } });
const answers = (answer: SqlAnswer): Alterations => ({ facts: { database: () => Promise.resolve(answer) } });
const databases = (settings: Readonly<Record<string, unknown>> = {}) => ({
  databases: [{ name: 'orders', secret, ...settings }],
});
const migrations = { tool: 'flyway', expected: '42' };

const ofSql: Parameters<typeof fourTests>[1] = {
  passes: [
    {
      when: 'it lets the probe in',
      settings: databases(),
      world: sql({}),
      saw: 'orders: 15.18 by TLSv1.3, 30 of 100 connections',
    },
    {
      when: 'the migration is applied',
      settings: databases({ migrations }),
      world: sql({ migrations: { isApplied: true, failed: 0 } }),
      saw: 'orders: 15.18 by TLSv1.3, 30 of 100 connections, at 42',
    },
    {
      when: 'a replica is asked for',
      settings: databases({ role: 'any' }),
      world: sql({ isReadOnly: true }),
      saw: /15/,
    },
    {
      when: 'both versions have room',
      settings: databases({ serviceUser: 'shop' }),
      world: sql({ connections: { used: 50, most: 100, ofService: 29 } }),
      saw: /50 of 100/,
    },
  ],
  fails: [
    {
      when: 'it refuses',
      settings: databases(),
      world: answers({ refused: 'nothing listens there' }),
      saw: 'orders: nothing listens there',
    },
    {
      when: 'it is a replica',
      settings: databases(),
      world: sql({ isReadOnly: true }),
      saw: 'orders: it is in recovery or read-only',
    },
    {
      when: 'too many connections are taken',
      settings: databases(),
      world: sql({ connections: { used: 80, most: 100 } }),
      saw: 'orders: 80 of 100 connections are taken: the limit is 80 %',
    },
    {
      when: 'there is no room for both versions',
      settings: databases({ serviceUser: 'shop' }),
      world: sql({ connections: { used: 50, most: 100, ofService: 30 } }),
      saw: 'orders: 50 of 100 connections are taken, and 30 more with green: the limit is 80 %',
    },
    {
      when: 'the migration is missing',
      settings: databases({ migrations }),
      world: sql({ migrations: { isApplied: false, failed: 0 } }),
      saw: 'orders: the migration 42 is not applied',
    },
    {
      when: 'a migration failed half-way',
      settings: databases({ migrations }),
      world: sql({ migrations: { isApplied: true, failed: 1 } }),
      saw: 'orders: 1 migrations failed half-way',
    },
    {
      when: 'the probe says nothing of the migration',
      settings: databases({ migrations }),
      world: sql({}),
      saw: 'orders: the migration 42 is not applied',
    },
  ],
};
fourTests('postgresql', ofSql);
fourTests('mysql', ofSql);

const cached = (facts: Partial<RedisFacts>): Alterations =>
  cacheAnswers({
    redis: {
      version: '7.0.15',
      tls: 'TLSv1.3',
      isLoading: false,
      memory: { used: 40_000_000, most: 100_000_000 },
      ...facts,
    },
  });
const cacheAnswers = (answer: RedisAnswer): Alterations => ({ facts: { cache: () => Promise.resolve(answer) } });
const caches = (settings: Readonly<Record<string, unknown>> = {}) => ({
  caches: [{ name: 'sessions', secret, ...settings }],
});

fourTests('redis', {
  passes: [
    {
      when: 'it answers',
      settings: caches(),
      world: cached({}),
      saw: 'sessions: 7.0.15, PONG, 40.0 of 100.0 MB are taken',
    },
    {
      when: 'it has no limit',
      settings: caches(),
      world: cached({ memory: { used: 40_000_000, most: 0 } }),
      saw: 'sessions: 7.0.15, PONG, no `maxmemory`',
    },
  ],
  fails: [
    {
      when: 'it refuses',
      settings: caches(),
      world: cacheAnswers({ refused: 'it asks for a password' }),
      saw: 'sessions: it asks for a password',
    },
    {
      when: 'it loads',
      settings: caches(),
      world: cached({ isLoading: true }),
      saw: 'sessions: it still loads its data',
    },
    {
      when: 'its memory is taken',
      settings: caches({ memory: 40 }),
      world: cached({}),
      saw: 'sessions: 40.0 of 100.0 MB are taken: the limit is 40 %',
    },
  ],
});

const listed = (answer: BucketAnswer): Alterations => ({ facts: { bucket: () => Promise.resolve(answer) } });
const buckets = (writes = false) => ({ buckets: [{ bucket: 'orders-files', writes }] });

fourTests('s3', {
  passes: [
    {
      when: 'it is listed',
      settings: buckets(),
      world: listed({ bucket: { isWritten: false } }),
      saw: 'orders-files: listed',
    },
    {
      when: 'it takes an object',
      settings: buckets(true),
      world: listed({ bucket: { isWritten: true } }),
      saw: 'orders-files: listed, written and deleted',
    },
  ],
  fails: [
    {
      when: 'it is not there',
      settings: buckets(),
      world: listed({ refused: 'there is no bucket of this name' }),
      saw: 'orders-files: there is no bucket of this name',
    },
  ],
});

test.each<[string, BucketAnswer]>([
  ['says that it could not', { error: 'the probe may not write sluice-check/ there' }],
  ['wrote nothing', { bucket: { isWritten: false } }],
])('a bucket is not known to take an object where the probe %s', async (_, answer) => {
  const journey = await journeyTo('opened', { spec: modelSpec({ checks: { s3: buckets(true) } }) });
  const world = altered(journey.world, listed(answer));

  expect(await runCheck(checkOf('s3'), (await journey.stored()).state, world, { severity: 'block' })).toMatchObject({
    result: 'unknown',
  });
});

const url = 'https://payment.example.com/health';
const answering = (status: number, milliseconds: number): Alterations => ({
  probe: {
    get: (asked) => (asked === url ? Promise.resolve({ status, milliseconds }) : Promise.reject(new Error('no'))),
  },
});
const payment = (settings: Readonly<Record<string, unknown>> = {}) => ({
  dependencies: [{ name: 'payment', url, ...settings }],
});

fourTests('http-dependencies', {
  passes: [
    { when: 'it answers', settings: payment(), world: answering(204, 30), saw: 'payment: 204 in 30 ms' },
    {
      when: 'it answers as it should',
      settings: payment({ status: [401] }),
      world: answering(401, 30),
      saw: 'payment: 401 in 30 ms',
    },
  ],
  fails: [
    { when: 'it answers with an error', settings: payment(), world: answering(503, 30), saw: 'payment: 503 in 30 ms' },
    {
      when: 'it is slow',
      settings: payment({ within: '20ms' }),
      world: answering(200, 21),
      saw: 'payment: 200 in 21 ms',
    },
    {
      when: 'it answers with another status',
      settings: payment({ status: [401] }),
      world: answering(200, 30),
      saw: 'payment: 200 in 30 ms',
    },
  ],
});

test('a dependency is asked from the VPC where the spec says so', async () => {
  const settings = { ...payment(), probe: true };
  const journey = await journeyTo('opened', { spec: modelSpec({ checks: { 'http-dependencies': settings } }) });
  const asked: string[] = [];
  const world = altered(journey.world, {
    probe: {
      inVpc: (vpcId) => ({
        get: () => {
          asked.push(vpcId);
          return Promise.resolve({ status: 200, milliseconds: 1 });
        },
        addressesOf: () => Promise.resolve([]),
      }),
    },
  });
  const { result } = await runCheck(checkOf('http-dependencies'), (await journey.stored()).state, world, {
    severity: 'block',
  });

  expect([result, asked]).toEqual(['passed', [expect.stringMatching(/^vpc-/)]]);
});

/** What the check `postgresql` says of two databases, each with its answer. */
async function ofTwo(answered: Readonly<Record<string, SqlAnswer>>) {
  const settings = { databases: Object.keys(answered).map((host) => ({ name: host, secret, host })) };
  const journey = await journeyTo('opened', { spec: modelSpec({ checks: { postgresql: settings } }) });
  const world = altered(journey.world, {
    facts: { database: (_, { host = '' }) => Promise.resolve(answered[host] ?? { error: 'not asked' }) },
  });
  const { result, saw } = await runCheck(checkOf('postgresql'), (await journey.stored()).state, world, {
    severity: 'block',
  });
  return [result, saw];
}

test('a database of which nothing is known makes the check unknown, and never passed', async () => {
  expect(await ofTwo({ a: { error: 'no answer within 3.5 s' }, b: { sql: healthy } })).toEqual([
    'unknown',
    'could not find out: a: no answer within 3.5 s',
  ]);
});

test('a database that is known to refuse fails the check, whatever is not known of another', async () => {
  expect(await ofTwo({ a: { error: 'no answer within 3.5 s' }, b: { refused: 'it offers no TLS' } })).toEqual([
    'failed',
    'a: no answer within 3.5 s; b: it offers no TLS',
  ]);
});
