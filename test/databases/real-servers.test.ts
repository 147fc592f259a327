import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Connection, createConnection } from 'mysql2';
import type { DatabaseServer } from '../../local/databases/place.ts';
import { startMariadb, startPostgresql, startRedis } from '../../local/databases/servers.ts';
import { answerQuestion } from '../../lib/databases/answer-question.ts';
import { certificate } from '../../local/databases/certificates.ts';

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
const authority = certificate({ name: 'Test Authority', until: inDays(3650), isAuthority: true });
const good = certificate({ name: 'localhost', until: inDays(90), issuer: authority });
const noBucket = () => Promise.resolve({ error: 'not asked' });
const password = 'planted-hunter2-secret';

/** What the tools leave behind, in words that both servers take. */
const migrations = (quote: string) => [
  'CREATE TABLE flyway_schema_history (version VARCHAR(50), success BOOLEAN)',
  "INSERT INTO flyway_schema_history VALUES ('41', true), ('42', true)",
  'CREATE TABLE flyway_failed (version VARCHAR(50), success BOOLEAN)',
  "INSERT INTO flyway_failed VALUES ('42', true), ('43', false)",
  'CREATE TABLE databasechangelog (id VARCHAR(255))',
  "INSERT INTO databasechangelog VALUES ('add-paid')",
  'CREATE TABLE _prisma_migrations (migration_name VARCHAR(255), finished_at TIMESTAMP NULL, rolled_back_at TIMESTAMP NULL)',
  "INSERT INTO _prisma_migrations (migration_name, finished_at, rolled_back_at) VALUES ('1_init', '2026-01-01 00:00:00', NULL)",
  'CREATE TABLE knex_migrations (name VARCHAR(255))',
  "INSERT INTO knex_migrations VALUES ('1_init.js')",
  `CREATE TABLE schema_migrations (version BIGINT, dirty BOOLEAN)`,
  'INSERT INTO schema_migrations VALUES (20261130, false)',
  'CREATE TABLE rails_migrations (version VARCHAR(255))',
  "INSERT INTO rails_migrations VALUES ('20261130')",
  'CREATE TABLE alembic_version (version_num VARCHAR(32))',
  "INSERT INTO alembic_version VALUES ('ae1027a6acf')",
  `CREATE TABLE django_migrations (app VARCHAR(255), name VARCHAR(255))`,
  `INSERT INTO ${quote}django_migrations${quote} VALUES ('shop', '0042_paid')`,
];
const tools = [
  { tool: 'flyway', expected: '42' },
  { tool: 'liquibase', expected: 'add-paid' },
  { tool: 'prisma', expected: '1_init' },
  { tool: 'knex', expected: '1_init.js' },
  { tool: 'golang-migrate', expected: '20261130' },
  { tool: 'rails', expected: '20261130', table: 'rails_migrations' },
  { tool: 'alembic', expected: 'ae1027a6acf' },
  { tool: 'django', expected: 'shop.0042_paid' },
];

const readOnly = [
  'CREATE DATABASE frozen',
  'ALTER DATABASE frozen SET default_transaction_read_only = on',
  `CREATE USER reader PASSWORD '${password}'`,
  'ALTER USER reader SET default_transaction_read_only = on',
];
const users = [
  `CREATE USER shop@'%' IDENTIFIED BY '${password}'`,
  `CREATE USER watcher@'%' IDENTIFIED BY '${password}'`,
  "GRANT PROCESS ON *.* TO watcher@'%'",
  "GRANT SELECT ON orders.* TO watcher@'%'",
];

const servers: Record<string, DatabaseServer> = {};
beforeAll(async () => {
  const settings = { certificate: good, password };
  const [postgresql, mysql, redis] = await Promise.all([
    startPostgresql({
      ...settings,
      statements: [...migrations('"'), ...readOnly],
      options: ['-c', 'max_connections=20'],
    }),
    startMariadb({ ...settings, statements: [...migrations('`'), ...users], options: ['--max-connections=20'] }),
    startRedis({ ...settings, options: ['--maxmemory', '100mb'] }),
  ]);
  Object.assign(servers, { postgresql, mysql, redis });
}, 300_000);
afterAll(async () => {
  await Promise.all(Object.values(servers).map((server) => server.stop()));
});

/** What the probe says of one server; what is left out is as it should be. */
async function ask(
  kind: string,
  question: Readonly<Record<string, unknown>> = {},
  { credentials = {}, ca = [authority.cert], hosts = [] }: Partial<Setting> = {},
) {
  const own = { host: 'localhost', port: servers[kind]?.port, username: 'orders', password, dbname: 'orders' };
  const { username: _, ...ofRedis } = own;
  const kept = JSON.stringify({ ...(kind === 'redis' ? ofRedis : own), ...credentials });
  const event = {
    kind,
    secret: 'secretsmanager:orders',
    timeoutSeconds: 10,
    ...(kind === 'redis' && { tls: true }),
    ...question,
  };
  const answer = await answerQuestion(event, {
    secret: () => Promise.resolve(kept),
    bucket: noBucket,
    hosts,
    ca,
    isLocal: true,
  });
  expect(JSON.stringify(answer)).not.toContain('hunter2');
  return answer;
}

interface Setting {
  readonly credentials: Readonly<Record<string, unknown>>;
  readonly ca: readonly string[];
  readonly hosts: readonly string[];
}

const sqlKinds = ['postgresql', 'mysql'];
const kinds = [...sqlKinds, 'redis'];

describe.each(sqlKinds)('a real %s', (kind) => {
  test('says how it stands, by TLS', async () => {
    expect(await ask(kind, { serviceUser: 'orders' })).toEqual({
      sql: {
        version: expect.stringMatching(/^\d+\.\d+/),
        tls: 'TLSv1.3',
        isReadOnly: false,
        connections: { used: expect.any(Number), most: expect.any(Number), ofService: 1 },
      },
    });
  });

  test.each(tools)('stands at its migration by $tool', async (one) => {
    expect(await ask(kind, { migrations: one })).toMatchObject({ sql: { migrations: { isApplied: true, failed: 0 } } });
    expect(await ask(kind, { migrations: { ...one, expected: 'none' } })).toMatchObject({
      sql: { migrations: { isApplied: false } },
    });
  });

  test('shows a migration that failed half-way', async () => {
    const asked = { tool: 'flyway', table: 'flyway_failed', expected: '43' };

    expect(await ask(kind, { migrations: asked })).toMatchObject({
      sql: { migrations: { isApplied: false, failed: 1 } },
    });
  });

  test.each([
    [
      'a table that is not there',
      { migrations: { tool: 'flyway', expected: '42', table: 'nowhere' } },
      {},
      'it has no table of migrations of this name',
    ],
    [
      'a table of another tool',
      { migrations: { tool: 'flyway', expected: '42', table: 'knex_migrations' } },
      {},
      'the table of migrations lacks a column of this tool',
    ],
    ['a wrong password', {}, { credentials: { password: 'hunter2-wrong' } }, 'it refuses the user or the password'],
    [
      'another certificate',
      {},
      { ca: [] },
      expect.stringMatching(/give it to the probe as CaCertificate|is not accepted/),
    ],
  ])('refuses for %s', async (_, question, setting, refused) => {
    expect(await ask(kind, question, setting)).toEqual({ refused });
  });
});

test('MySQL shows the connections of another user to whom has PROCESS alone', async () => {
  const other = await connectedAs('shop');
  try {
    expect(await ask('mysql', { serviceUser: 'shop' })).toEqual({
      error: expect.stringContaining('not those of shop: it lacks PROCESS. GRANT PROCESS ON *.* to it'),
    });
    expect(await ask('mysql', { serviceUser: 'shop' }, { credentials: { username: 'watcher' } })).toMatchObject({
      sql: { connections: { ofService: 1 } },
    });
  } finally {
    other.destroy();
  }
});

/** A connection to the MariaDB that stays. */
async function connectedAs(user: string): Promise<Connection> {
  const ssl = { ca: authority.cert };
  const port = servers['mysql']?.port ?? 0;
  const connection = createConnection({ host: 'localhost', port, user, password, ssl });
  await new Promise<void>((resolve, reject) => {
    connection.connect((error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
  return connection;
}

test.each([
  ['a database that is read-only', 'frozen', 'orders', true],
  ['a user that is read-only', 'postgres', 'reader', false],
])('PostgreSQL takes writes or not: %s', async (_, database, username, isReadOnly) => {
  expect(await ask('postgresql', { database }, { credentials: { username } })).toMatchObject({ sql: { isReadOnly } });
});

test('PostgreSQL has no database of another name', async () => {
  expect(await ask('postgresql', { database: 'other' })).toEqual({ refused: 'it has no database of this name' });
});

test('Redis answers PONG, and says what memory it has', async () => {
  expect(await ask('redis')).toEqual({
    redis: {
      version: expect.stringMatching(/^7\.|^8\.|^9\./),
      tls: 'TLSv1.3',
      isLoading: false,
      memory: { used: expect.any(Number), most: 104_857_600 },
    },
  });
});

test.each([
  ['a wrong password', { password: 'hunter2-wrong' }, 'it refuses the user or the password'],
  ['no password', { password: undefined }, 'it asks for a password'],
])('Redis refuses for %s', async (_, credentials, refused) => {
  expect(await ask('redis', {}, { credentials })).toEqual({ refused });
});

describe.each(kinds)('where the %s is', (kind) => {
  test('is known by its secret, or by the stack of the probe alone', async () => {
    const credentials = { host: undefined };
    const port = servers[kind]?.port;

    expect(await ask(kind, { host: 'localhost', port }, { credentials })).toEqual({
      error: 'localhost is not among the hosts that the probe may ask: add it to Hosts of its stack',
    });
    expect(await ask(kind, { host: 'localhost', port }, { credentials, hosts: ['localhost'] })).not.toHaveProperty(
      'error',
    );
    expect(await ask(kind, {}, { credentials })).toEqual({ error: 'neither the spec nor the secret says `host`' });
  });

  test('nothing may listen', async () => {
    expect(await ask(kind, {}, { credentials: { port: 1 } })).toEqual({ refused: 'nothing listens there' });
  });
});
