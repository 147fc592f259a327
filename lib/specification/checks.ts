import * as z from 'zod';
import { attestedFields } from './attested-check.ts';
import { bucketFields, cacheFields, databaseFields, httpDependencyFields } from './data-checks.ts';
import { duration, wholeSeconds } from './quantity.ts';

/** Settings that every check has. */
const severity = z
  .enum(['block', 'warn'], 'expected block or warn')
  .default('block')
  .describe('`block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown');

/** Of a check that most services fail at first. */
const warnsFirst = severity
  .unwrap()
  .default('warn')
  .describe('`warn`, the default of this check: it is shown. `block`: a check that fails rejects the rollout');

/** One check of a spec: to name it turns it on. */
function check<Fields extends z.ZodRawShape>(description: string, fields: Fields) {
  return z
    .strictObject({ severity, ...fields }, 'expected a map of settings, {} for the defaults')
    .optional()
    .describe(description);
}

const most = (count: number) => `expected at most ${String(count)} entries`;
const longest = 255;

function names(what: string, limit = 50) {
  const expected = `expected a list of ${what}`;
  return z
    .array(z.string(expected).min(1, expected).max(longest, expected), expected)
    .min(1, expected)
    .max(limit, most(limit))
    .meta({ kind: 'list', bounds: `1 to ${String(limit)} entries` });
}

function count(from: number, to: number) {
  const expected = `expected a whole number, ${String(from)} to ${String(to)}`;
  return z
    .int(expected)
    .min(from, expected)
    .max(to, expected)
    .meta({ bounds: `\`${String(from)}\` to \`${String(to)}\`` });
}

function host() {
  const expected = 'expected a host name, with a port where it is not 443';
  return z
    .string(expected)
    .regex(/^[A-Za-z0-9.-]{1,253}(?::\d{1,5})?$/, expected)
    .optional()
    .meta({ kind: 'host', description: 'The host that is asked. Without it: that of an https `url`' });
}

function ofAlarms() {
  return names('names of CloudWatch alarms').optional().describe('Alarms that are read. Without it: those of `alarms`');
}

const allowedFinding = z.strictObject(
  {
    id: z
      .string('expected the name of a finding, such as CVE-2026-1234')
      .regex(/^[\w.:-]{3,100}$/, 'expected the name of a finding, such as CVE-2026-1234')
      .meta({ kind: 'name', description: 'The finding, such as `CVE-2026-1234`' }),
    until: z.iso
      .date('expected a day such as 2026-12-31')
      .meta({ kind: 'day', description: 'The last day on which it does not count, in UTC' }),
    reason: z
      .string('expected a reason of up to 500 characters')
      .min(1, 'expected a reason of up to 500 characters')
      .max(500, 'expected a reason of up to 500 characters')
      .meta({ kind: 'text', description: 'Why' }),
  },
  'expected a map with id, until and reason',
);

/** Checks that a spec turns on, by name. `docs/checks.md` says of each what it reads and when it fails. */
export const checks = z.strictObject(
  {
    'no-privileged': check('No container of green runs privileged', {}),
    'non-root': check('No container of green runs as root', {}),
    'container-health-check': check("Green's container has a health check of ECS", {}),
    'log-driver': check('Every container of green sends its logs away', {
      allowed: names('log drivers').default(['awslogs', 'awsfirelens', 'splunk']).describe('Log drivers that count'),
    }),
    'images-by-digest': check('Every container besides the one with the new image names its image by digest', {
      severity: warnsFirst,
      allowed: names('names of containers').optional().describe('Containers whose tags may move'),
    }),
    'secrets-by-reference': check('Variables whose name says secret come from a secret store', {
      allowed: names('names of variables')
        .optional()
        .describe('Variables whose name says secret and whose value is none'),
    }),
    'required-variables': check("Green's container gets the variables that it needs", {
      names: names('names of variables').describe('Variables or secrets that must be there'),
    }),
    'configuration-changes': check('Green differs from blue only in settings that may change', {
      allowed: names('names of settings')
        .optional()
        .describe('Settings and variables that may differ. Without it: every difference fails the check'),
    }),
    'image-size': check('The image is small enough to start quickly', {
      megabytes: count(1, 100_000).default(1000).describe('Largest compressed size of the image'),
    }),
    'image-scan': check('A scan of the image has found nothing grave', {
      highest: z
        .enum(['LOW', 'MEDIUM', 'HIGH'], 'expected LOW, MEDIUM or HIGH')
        .default('MEDIUM')
        .describe('The gravest findings that may be there'),
      allowed: z.array(allowedFinding, 'expected a list').max(100, 'expected at most 100 entries').optional().meta({
        kind: 'list',
        bounds: 'up to 100 entries',
        description: 'Findings that do not count, each until a day',
      }),
    }),
    'image-architecture': check('The image is built for the processor of the tasks', {}),
    'plain-secrets': check('No value in plain environment looks like a secret', {}),
    'certificate-chain': check('The certificate is trusted, and for the name that users ask for', { host: host() }),
    'certificate-days': check('The certificate is valid for long enough', {
      host: host(),
      days: count(1, 365).default(14).describe('Fewest days that must be left'),
    }),
    'tls-1-3': check('The host offers TLS 1.3', { host: host() }),
    dns: check('The names of the service resolve', {
      hosts: names('host names').optional().describe('Names that must resolve. Without it: the host of `url`'),
    }),
    balancer: check('Each load balancer is active, in several zones', {
      zones: count(1, 6).default(2).describe('Fewest zones'),
    }),
    'target-groups-alike': check('The target groups of both slots have the same protocol and health check', {}),
    'deregistration-delay': check('Both slots have the same deregistration delay, neither 0 nor very long', {
      longest: wholeSeconds({ min: 1, max: 3600 }).prefault('5m').describe('Longest delay'),
    }),
    'target-stickiness': check('Both slots keep users on a task in the same way', {}),
    'security-headers': check('Answers carry the headers that browsers protect users by', {
      names: names('response headers')
        .default(['strict-transport-security', 'x-content-type-options'])
        .describe('Headers that must be there'),
    }),
    'response-time': check('Blue answers at its health path fast enough', {
      limit: duration({ min: 0.01, max: 5 }).prefault('100ms').describe('Longest time'),
    }),
    requests: check('The service answers the requests of `verify`, on the way that its users come', {}),
    'alarms-exist': check('The alarms exist and notify someone', { names: ofAlarms() }),
    'alarms-quiet': check('No alarm rings', { names: ofAlarms() }),
    'alarms-have-data': check('The alarms have data', { names: ofAlarms() }),
    'log-groups': check('The log groups of green exist, with a retention', {
      days: count(1, 3653).default(7).describe('Fewest days that logs must be kept'),
    }),
    dashboard: check('The dashboard of the service exists', {
      name: z
        .string('expected the name of a dashboard')
        .regex(/^[\w-]{1,255}$/, 'expected the name of a dashboard: letters, digits, - and _')
        .meta({ kind: 'name', description: 'Its name in CloudWatch' }),
    }),
    cluster: check('The ECS cluster is active', {}),
    postgresql: check('The PostgreSQL databases let the service in, and stand as they should', databaseFields),
    mysql: check('The MySQL and MariaDB databases let the service in, and stand as they should', databaseFields),
    redis: check('The Redis and Valkey caches answer, with memory left', cacheFields),
    'http-dependencies': check('The services that the service calls answer', httpDependencyFields),
    s3: check('The buckets can be listed', bucketFields),
    attested: check('Another stage has attested the image, such as a rollout of it in staging', attestedFields),
    'last-drill': check('A rollback was rehearsed, or run, lately. See [drills](drills.md)', {
      severity: warnsFirst,
      days: count(1, 400).default(90).describe('Most days since the last drill or rollback'),
    }),
  },
  'expected a map of checks',
);

export type CheckSettings = z.output<typeof checks>;
/** The name of a check that a spec can turn on. */
export type CheckName = keyof CheckSettings;
