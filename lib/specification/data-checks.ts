import * as z from 'zod';
import { duration } from './quantity.ts';

const secretExpected =
  'expected where the secret is, not the secret: secretsmanager:<name or ARN>, or ssm:/<name> (a SecureString parameter)';
const nameExpected = 'expected a short name in lower case, such as orders';
const hostExpected = 'expected a host name, such as orders.cluster-abc.eu-west-1.rds.amazonaws.com';
const listExpected = 'expected a list with one to five entries';

/** Where a database's credentials are kept, as JSON. Only the probe in the VPC reads it, and only what its own stack allows. */
const secret = z
  .string(secretExpected)
  .regex(
    /^(?:ssm:\/[A-Za-z0-9_./-]{1,500}|secretsmanager:[A-Za-z0-9_/+=.@!:-]{1,512})$/,
    // Not with the words around it that show what was written: it may be the secret itself.
    `this is not where a secret is kept, ${secretExpected}`,
  )
  .meta({ kind: 'secret', bounds: '`secretsmanager:…` or `ssm:/…`' });

const name = z
  .string(nameExpected)
  .regex(/^[a-z][a-z0-9-]{0,39}$/, nameExpected)
  .meta({ kind: 'name', bounds: 'up to 40 lower-case letters, digits and `-`', description: 'What people call it' });

const host = z
  .string(hostExpected)
  .regex(/^[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9-]{1,63}){0,10}$/, hostExpected)
  .optional()
  .meta({
    kind: 'host',
    description: 'Where it is, one of `Hosts` of the probe. Without it: `host` of the secret',
  });

const port = z
  .int('expected a port, 1 to 65535')
  .min(1, 'expected a port, 1 to 65535')
  .max(65_535, 'expected a port, 1 to 65535')
  .optional()
  .meta({
    bounds: '`1` to `65535`',
    description:
      'Its port: that of the secret or the usual one, unless `Hosts` has the host. Without it: `port` of the secret, or the usual one',
  });

const percent = (what: string) =>
  z
    .int('expected a percentage, 1 to 100')
    .min(1, 'expected a percentage, 1 to 100')
    .max(100, 'expected a percentage, 1 to 100')
    .default(80)
    .meta({ bounds: '`1` to `100`', description: what });

const identifier = (expected: string) => z.string(expected).regex(/^[A-Za-z_][A-Za-z0-9_$-]{0,62}$/, expected);

/** Tools whose table of migrations is known; `lib/databases/migrations.ts` has what is asked of each. */
export const migrationTools = [
  'flyway',
  'liquibase',
  'prisma',
  'rails',
  'knex',
  'golang-migrate',
  'alembic',
  'django',
] as const;

const tableExpected = 'expected the name of a table, with its schema before a dot where it has one';
const migrations = z
  .strictObject(
    {
      tool: z
        .enum(migrationTools, `expected ${migrationTools.join(', ')}`)
        .describe('What applies the migrations: its table is asked'),
      expected: z
        .string('expected a version, in quotes')
        .regex(/^[\w .:+-]{1,200}$/, 'expected a version of up to 200 letters, digits and . : + - _')
        .meta({
          kind: 'version',
          bounds: 'up to 200 characters',
          description:
            'The migration that must be applied, as the tool names it; of `django` with its app: `shop.0042_paid`',
        }),
      table: z
        .string(tableExpected)
        .regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}(?:\.[A-Za-z_][A-Za-z0-9_]{0,62})?$/, tableExpected)
        .optional()
        .meta({ kind: 'name', description: 'The table of the tool, where it is not the usual one' }),
    },
    'expected a map with tool and expected',
  )
  .optional()
  .describe('Which migration must be applied. Without it: none is asked for');

const database = z.strictObject(
  {
    name,
    secret: secret.describe(
      'A JSON secret with `username` and `password`, and `host`, `port` and `dbname` where it has them',
    ),
    host,
    port,
    database: identifier('expected the name of a database')
      .optional()
      .meta({ kind: 'name', description: 'Its name in the server. Without it: `dbname` of the secret' }),
    role: z
      .enum(['writer', 'any'], 'expected writer or any')
      .default('writer')
      .describe('`writer`: it must not be in recovery or read-only. `any`: it may be a replica'),
    connections: percent('How many of its connections may be taken, in percent'),
    serviceUser: identifier('expected the name of a database user').optional().meta({
      kind: 'name',
      description:
        'The user of the service: its connections count twice, as green connects beside blue. Without it: only what is taken counts',
    }),
    migrations,
  },
  'expected a map with name and secret',
);

/** A list of what a service needs: each entry is asked in every rollout. */
const upToFive = <Entry extends z.ZodType>(entry: Entry, description: string) =>
  z
    .array(entry, listExpected)
    .min(1, listExpected)
    .max(5, listExpected)
    .meta({ kind: 'list', bounds: '1 to 5 entries', description });

/** Settings of the checks `postgresql` and `mysql`. */
export const databaseFields = {
  databases: upToFive(database, 'The databases that the service needs'),
};

const cache = z.strictObject(
  {
    name,
    secret: secret
      .optional()
      .describe(
        'A JSON secret with `password`, and `username`, `host` and `port` where it has them. Without it: no password',
      ),
    host,
    port,
    tls: z
      .boolean('expected true or false')
      .default(true)
      .describe(
        'Whether it is asked through TLS. `false` sends its password as it is: only where the secret says `"tls": false`, or `Hosts` has the host',
      ),
    memory: percent('How much of its `maxmemory` may be taken, in percent'),
  },
  'expected a map with name, and secret or host',
);

/** Settings of the check `redis`. */
export const cacheFields = {
  caches: upToFive(cache, 'The caches that the service needs'),
};

const bucketExpected = 'expected the name of a bucket';
const bucket = z.strictObject(
  {
    bucket: z
      .string(bucketExpected)
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, bucketExpected)
      .meta({ kind: 'name', description: 'Its name' }),
    writes: z
      .boolean('expected true or false')
      .default(false)
      .describe('Whether an object below `sluice-check/` is written and deleted, too'),
  },
  'expected a map with bucket',
);

/** Settings of the check `s3`. */
export const bucketFields = {
  buckets: upToFive(bucket, 'The buckets that the service needs'),
};

const urlExpected = 'expected a URL with https:// or http://, in printable ASCII, without user and password';
const httpDependency = z.strictObject(
  {
    name,
    url: z
      .string(urlExpected)
      .regex(/^https?:\/\/[A-Za-z0-9.-]{1,253}(?::\d{1,5})?(?:\/[\x21\x22\x24-\x7e]{0,1000})?$/, urlExpected)
      .meta({ kind: 'URL', description: 'What is asked, by GET; redirects are not followed' }),
    within: duration({ min: 0.01, max: 3 }).prefault('1s').describe('Longest time that the whole answer may take'),
    status: z
      .array(z.int('expected a list of statuses').min(100).max(599), 'expected a list of statuses, such as [200]')
      .min(1, 'expected at least one status')
      .max(20, 'expected at most 20 statuses')
      .optional()
      .meta({ bounds: '1 to 20 entries', description: 'Statuses that are good. Without it: 200 to 299' }),
  },
  'expected a map with name and url',
);

/** Settings of the check `http-dependencies`. */
export const httpDependencyFields = {
  dependencies: upToFive(httpDependency, 'The services that the service calls'),
  probe: z
    .boolean('expected true or false')
    .default(false)
    .describe('Whether the [probe](deploy.md#internal-load-balancers) in the VPC asks, rather than the functions'),
};

export type HttpDependencySettings = z.output<typeof httpDependency>;
export type DatabaseSettings = z.output<typeof database>;
export type CacheSettings = z.output<typeof cache>;
export type MigrationSettings = NonNullable<DatabaseSettings['migrations']>;
