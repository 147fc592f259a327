import * as z from 'zod';

/** Settings that every check has. */
const severity = z
  .enum(['block', 'warn'], 'expected block or warn')
  .default('block')
  .describe('`block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown');

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
  },
  'expected a map of checks',
);

export type CheckSettings = z.output<typeof checks>;
/** The name of a check that a spec can turn on. */
export type CheckName = keyof CheckSettings;
