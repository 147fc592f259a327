import { allChecks } from './all-checks.ts';

/** A line of the checklists before a rollout, with the checks that answer it. */
interface Requirement {
  readonly asks: string;
  /** Names of checks; empty where there is none yet. */
  readonly checks: readonly string[];
  /** What answers it where no check has to. */
  readonly otherwise?: string;
  /** What answers it besides, or what is missing. */
  readonly note?: string;
}

/** Green answers for what it needs, before any user reaches it. */
const ofGreen =
  '`verify.health.detailed`, as green itself sees it ([requests to green](specification.md#requests-to-green))';

const requirements: readonly Requirement[] = [
  { asks: 'Image tag of the agreed pattern, such as `412-9f8d111`', checks: ['image'] },
  { asks: 'Cluster healthy', checks: ['cluster'] },
  { asks: 'Database accepts connections', checks: [], otherwise: ofGreen },
  { asks: 'Migrations applied', checks: [] },
  { asks: 'Redis answers PONG', checks: [], otherwise: ofGreen },
  { asks: 'S3 buckets can be listed', checks: [] },
  {
    asks: 'Load balancer and target groups set up right',
    checks: [
      'slots',
      'deployment',
      'protocol',
      'stickiness',
      'rules',
      'answer',
      'balancer',
      'target-groups-alike',
      'deregistration-delay',
      'target-stickiness',
    ],
  },
  { asks: 'DNS records resolve', checks: ['dns'] },
  { asks: 'TLS certificate valid and not about to expire', checks: ['certificate-chain', 'certificate-days'] },
  { asks: 'TLS 1.3 offered', checks: ['tls-1-3'] },
  { asks: 'WAF attached', checks: [] },
  { asks: 'Security groups open only the needed ports', checks: [] },
  { asks: 'Image scan without HIGH or CRITICAL findings', checks: ['image-scan'] },
  { asks: 'Image under 1 GB', checks: ['image-size'] },
  { asks: 'No leaked secret in the task definition', checks: ['secrets-by-reference', 'plain-secrets'] },
  { asks: 'Container runs as non-root', checks: ['non-root', 'no-privileged'] },
  { asks: 'Container has a health check', checks: ['container-health-check'] },
  { asks: 'Alarms exist and are quiet', checks: ['alarms-exist', 'alarms-quiet', 'alarms-have-data'] },
  { asks: 'Log groups exist', checks: ['log-driver', 'log-groups'] },
  { asks: 'Dashboard exists', checks: ['dashboard'] },
  { asks: 'Notification channels answer a test message', checks: [], otherwise: '`sluice notify test`' },
  { asks: 'Database backup newer than the RPO', checks: [] },
  {
    asks: 'Configuration backed up',
    checks: ['configuration-changes'],
    note: "the record keeps blue's task definition and every rule",
  },
  {
    asks: 'Rollback rehearsed or proven possible',
    checks: ['blue', 'blue image', 'autoscaling'],
    note: 'rehearsals are not recorded yet',
  },
  { asks: 'On-call known', checks: [] },
  {
    asks: 'Maintenance window and freezes respected',
    checks: [],
    otherwise: 'the rollout waits for them ([calendar](calendar.md))',
  },
  { asks: 'Required variables and secrets present', checks: ['required-variables'] },
  { asks: 'Image fits the processor of the tasks', checks: ['image-architecture'] },
  {
    asks: 'Response time of the health path (100 ms, 500 ms for APIs)',
    checks: ['response-time'],
    note: 'of green: `within` of `verify.health` and `verify.requests`',
  },
  { asks: 'Security headers', checks: ['security-headers'], note: 'of green: `verify.requests`' },
  {
    asks: 'Health paths basic, detailed, ready, live and queue',
    checks: [],
    otherwise: '`verify.health` ([requests to green](specification.md#requests-to-green))',
  },
  {
    asks: 'Functions, performance, security and monitoring after the deployment',
    checks: [],
    otherwise: '`after` ([checks after a rollout](#checks-after-a-rollout))',
  },
  { asks: 'Internal API test before users', checks: [], otherwise: '`verify.requests`, or a task of `before`' },
  { asks: 'Authentication and rate limit answered as expected', checks: [], otherwise: '`verify.requests`' },
];

/**
 * Returns the table from checklist lines to checks as Markdown.
 * @throws Error where it names a check that there is not
 */
export function requirementTable(): string {
  const known = new Set(allChecks.map(({ name }) => name));
  const rows = requirements.map(({ asks, checks, otherwise = 'not yet', note = '' }) => {
    const wrong = checks.find((name) => !known.has(name));
    if (wrong !== undefined) throw new Error(`There is no check ${wrong} for "${asks}".`);
    const by = checks.length === 0 ? otherwise : checks.map((name) => `\`${name}\``).join(', ');
    return `| ${asks} | ${by} | ${note} |`;
  });
  return ['| Checklist line | Checks | Besides |', '|---|---|---|', ...rows].join('\n');
}
