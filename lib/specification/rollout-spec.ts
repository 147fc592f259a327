import * as z from 'zod';
import { after, checkAfter } from './after-checks.ts';
import { analysisSettings, budget } from './analysis-settings.ts';
import { alarms } from './alarms.ts';
import { approvals } from './approvals.ts';
import { calendarFields } from './calendar.ts';
import { capacity } from './capacity.ts';
import { checks } from './checks.ts';
import { checkWaivers, waivers } from './check-waiver.ts';
import { checkGates, gateFields, resolveGates } from './gate-set.ts';
import { drills } from './drills.ts';
import { emergency } from './emergency.ts';
import { hotfix } from './hotfix.ts';
import { incident } from './incident.ts';
import { maintenance } from './maintenance.ts';
import { notifications } from './notifications.ts';
import { onBusy } from './on-busy.ts';
import { openRequests } from './open-requests.ts';
import { isOwnAddress } from './text/own-address.ts';
import { quote } from './text/plain-text.ts';
import { rollbackSettings } from './rollback-settings.ts';
import { ecsName } from './text/ecs-name.ts';
import { checkDriverFields, driverFields } from '../drivers/shapes/fields.ts';
import { slowRequests } from './slow-requests.ts';
import { ecrRegistryOf, notPrivateEcr } from './ecr-registry.ts';
import { formatDuration, wholeSeconds } from './quantity.ts';
import { defaultSteps, steps } from './steps.ts';
import { taskDefinitionBase } from './task-definition-base.ts';
import { afterRetention, before } from './tasks.ts';
import { tagPatternProblem } from './tag-pattern.ts';
import { timeouts } from './timeouts.ts';
import { verify } from './verify.ts';

function text(pattern: RegExp, expected: string) {
  return z.string(expected).regex(pattern, expected);
}

const image = z.strictObject(
  {
    repository: text(
      /^(?=.{2,256}$)[a-z0-9]+(?:[._/-][a-z0-9]+)*$/,
      'expected the name of an ECR repository without registry and tag, such as shop/web',
    ).meta({
      kind: 'name',
      description: 'The ECR repository, without registry and tag. A push to it starts a rollout',
    }),
    registry: z
      .string('expected the host of a private ECR registry')
      .superRefine((host, context) => {
        if (ecrRegistryOf(host) !== undefined) return;
        context.addIssue(
          `${quote(host)}${notPrivateEcr(host).slice(host.length)}, expected the host of a private ECR registry, such as 111122223333.dkr.ecr.eu-west-1.amazonaws.com`,
        );
      })
      .meta({
        kind: 'host',
        description:
          "The private ECR registry of `repository`, such as `111122223333.dkr.ecr.eu-west-1.amazonaws.com`. Without it: the registry of the stack's own account and region. See [images](#images)",
      })
      .optional(),
    tagPattern: z
      .string('expected a regular expression')
      .max(200, 'expected at most 200 characters')
      .superRefine((pattern, context) => {
        const problem = tagPatternProblem(pattern);
        if (problem !== undefined) context.addIssue(`${quote(pattern)} ${problem}`);
      })
      .meta({
        kind: 'regular expression',
        bounds: 'up to 200 characters',
        description:
          'Which tags are meant for this service; a tag must match it whole. See [tag patterns](#tag-patterns)',
      })
      .default('\\d+-[0-9a-f]{7,40}'),
  },
  'expected a map with repository',
);

/** `host` is matched by the balancer's host condition only, and every request carries one. */
const headerName = text(
  /^(?!host$)[a-z0-9-]{1,40}$/i,
  'expected the name of an HTTP header other than Host: up to 40 letters, digits and -',
).meta({ kind: 'name', bounds: 'up to 40 letters, digits and `-`, not `Host`', description: 'Its name' });
const headerValue = text(/^[A-Za-z0-9-]{1,40}$/, 'expected up to 40 letters, digits and -').meta({
  kind: 'text',
  bounds: 'up to 40 letters, digits and `-`',
  description: 'Its value, in quotes',
});

/** A second slash would make it the name of a host, and VerifyGreen would ask that one. */
const healthPath = text(
  /^\/(?![/\\])[\x21-\x22\x24-\x7e]{0,1023}$/,
  'expected a path that starts with one /, in printable ASCII without spaces and #',
).meta({
  kind: 'path',
  bounds: 'up to 1024 characters',
});

const baseUrl = z
  .url({ protocol: /^https?$/, error: 'expected an http or https URL' })
  .refine(
    (url) => /^https?:\/\/[^/?#@\\]+\/?$/i.test(url),
    'expected only protocol, host and port, such as https://shop.example.com',
  )
  .refine(
    (url) => !URL.canParse(url) || !isOwnAddress(new URL(url).hostname),
    'expected the host of a service: this is a loopback, link-local or metadata address, which no function connects to',
  )
  .meta({ kind: 'URL', bounds: 'protocol, host and port' });

const period = wholeSeconds({ min: 1, max: 300 }).refine(
  (s) => s === 1 || s === 5 || s === 10 || s === 30 || s % 60 === 0,
  'expected 1s, 5s, 10s, 30s or a multiple of 60s',
);

const requestsExpected = 'expected a whole number, 1 to 1000000';

const retention = z
  .strictObject({
    keepFullFor: wholeSeconds({ min: 0, max: 7 * 86_400 })
      .prefault('1h')
      .describe('At full capacity; at most `keepFor`'),
    keepFor: wholeSeconds({ min: 0, max: 7 * 86_400 })
      .prefault('24h')
      .describe('At all, with one task'),
  })
  .superRefine(({ keepFullFor, keepFor }, context) => {
    if (keepFullFor <= keepFor) return;
    const message = `keepFullFor (${formatDuration(keepFullFor)}) is longer than keepFor, expected at most ${formatDuration(keepFor)}`;
    context.addIssue({ code: 'custom', path: ['keepFullFor'], message });
  });

/** One service's rollout spec. Durations come out in seconds, shares as 0..1. Descriptions make the reference and the editor's help. */
export const rolloutSpec = z
  .strictObject({
    service: text(
      /^[a-z][a-z0-9-]{0,31}$/,
      'expected a name of up to 32 lower-case letters, digits and -, a letter first',
    ).meta({
      kind: 'name',
      bounds: 'up to 32 lower-case letters, digits and `-`',
      description: 'What the team calls the service; names its rollouts',
    }),
    cluster: ecsName.describe('The ECS cluster of both slots'),
    container: ecsName.describe('The container of the task definition that gets the new image'),
    image: image.describe('Where new versions come from'),
    ...driverFields,
    url: baseUrl
      .optional()
      .describe(
        "Where green is asked for its health before users see it. Without it: the load balancer's DNS name with the listener's protocol and port, which a TLS certificate for another name does not fit",
      ),
    healthPath: healthPath.default('/health').describe('What is asked there'),
    verify: verify
      .optional()
      .describe(
        'What proves that green answered before users see it. See [how green is verified](#how-green-is-verified)',
      ),
    header: z
      .strictObject({ name: headerName.default('canary'), value: headerValue.default('true') })
      .prefault({})
      .describe('The request header that leads to green before anybody else gets there'),
    steps: steps.prefault(() => defaultSteps.map((step) => ({ ...step }))),
    hotfix: hotfix.optional().describe('How a rollout goes that cannot wait. See [hotfixes](calendar.md#hotfixes)'),
    onBusy,
    ...calendarFields,
    taskDefinition: taskDefinitionBase,
    ...gateFields,
    alarms: alarms.default([]),
    analysis: analysisSettings
      .prefault({})
      .describe('How sure the comparison with blue must be. See [analysis](analysis.md)'),
    budget: budget
      .optional()
      .describe(
        'How much harm a rollout may do; reached, it is rolled back whatever the gates say. Either `failedRequests`, or `monthlyShare` and `target`',
      ),
    slow: slowRequests.prefault({}).describe('What the metric `slow` of a gate counts'),
    period: period
      .prefault('60s')
      .describe(
        'Length of one datapoint, and how often green is judged: 1 s, 5 s, 10 s, 30 s or whole minutes. An Application Load Balancer publishes each minute',
      ),
    lag: wholeSeconds({ max: 900 }).prefault('120s').describe('How long after its end a datapoint counts as settled'),
    minimumRequests: z
      .int(requestsExpected)
      .min(1, requestsExpected)
      .max(1_000_000, requestsExpected)
      .default(50)
      .meta({
        bounds: '`1` to `1000000`',
        description: 'Fewest requests of green in a step that count as evidence',
      }),
    capacity: capacity.prefault({}).describe('How many tasks green gets before each step. Blue keeps all of its own'),
    before: before.describe(
      'Tasks that run before green gets any traffic, such as a migration. See [tasks before traffic](tasks.md)',
    ),
    afterRetention: afterRetention.describe(
      'Tasks that run once the old version is retired, such as the migration that removes what only it needed. See [after the retention](tasks.md#after-the-retention)',
    ),
    checks: checks
      .optional()
      .describe('Checks before a rollout besides those that always run. See [checks](checks.md)'),
    after,
    waivers,
    timeouts: timeouts.prefault({}).describe('How long things may take'),
    approvals: approvals
      .prefault({})
      .describe('Who approves a rollout and decides where it asks. See [approvals](approvals.md)'),
    openRequests: openRequests
      .optional()
      .describe(
        'What happens to requests that are open when the side without traffic is removed. See [open requests](rollback.md#open-requests)',
      ),
    retention: retention.prefault({}).describe('How long the old version stays for a quick rollback'),
    rollback: rollbackSettings.prefault({}).describe('How a rollback goes'),
    maintenance: maintenance
      .optional()
      .describe('What users get while the service is in maintenance. See [maintenance](maintenance.md)'),
    emergency: emergency
      .optional()
      .describe('What happens when no side of the service can serve. See [emergency](emergency.md)'),
    drills: drills.optional().describe('What may be rehearsed, and in which stages. See [drills](drills.md)'),
    incident: incident
      .optional()
      .describe('How people lead through an incident of the service. See [incidents](incident.md)'),
    notifications: notifications
      .prefault({})
      .describe('Who hears what, and where. See [notifications](notifications.md)'),
  })
  .superRefine(checkDriverFields)
  .superRefine(checkGates)
  .superRefine(checkWaivers)
  .superRefine(checkAfter)
  .transform((spec) => ({ ...spec, ...resolveGates(spec) }));

export type RolloutSpec = z.output<typeof rolloutSpec>;
