import { allChecks } from './all-checks.ts';
import type { Check } from './check.ts';

/** A line of the checklists before a rollout. Checks name the line that they answer. */
interface Requirement {
  readonly asks: string;
  /** What answers it where no check has to. */
  readonly otherwise?: string;
  /** What answers it besides, or what is missing. */
  readonly note?: string;
}

/** Green answers for what it needs, before any user reaches it. */
const ofGreen =
  'as green itself sees it: `verify.health.detailed` ([requests to green](specification.md#requests-to-green))';

const requirements: readonly Requirement[] = [
  { asks: 'Image tag of the agreed pattern, such as `412-9f8d111`' },
  { asks: 'Cluster healthy' },
  { asks: 'Database accepts connections', note: ofGreen },
  {
    asks: 'Migrations applied',
    otherwise: '`migrations` of `postgresql` and `mysql`',
    note: 'a migration that `before` runs: the same checks under `after`',
  },
  { asks: 'Redis answers PONG', note: ofGreen },
  { asks: 'S3 buckets can be listed' },
  { asks: 'HTTP dependencies answer' },
  {
    asks: 'Load balancer and target groups set up right',
  },
  { asks: 'DNS records resolve' },
  { asks: 'TLS certificate valid and not about to expire' },
  { asks: 'TLS 1.3 offered' },
  { asks: 'WAF attached' },
  { asks: 'Security groups open only the needed ports' },
  { asks: 'Image scan without HIGH or CRITICAL findings' },
  { asks: 'Image under 1 GB' },
  { asks: 'No leaked secret in the task definition' },
  { asks: 'Container runs as non-root' },
  { asks: 'Container has a health check' },
  { asks: 'Alarms exist and are quiet' },
  { asks: 'Log groups exist' },
  { asks: 'Dashboard exists' },
  { asks: 'Notification channels answer a test message', otherwise: '`sluice notify test`' },
  { asks: 'Database backup newer than the RPO' },
  {
    asks: 'Configuration backed up',
    note: "the record keeps blue's task definition and every rule",
  },
  {
    asks: 'Rollback rehearsed or proven possible',
    note: '[drills](drills.md) rehearse it for real',
  },
  { asks: 'On-call known' },
  {
    asks: 'Maintenance window and freezes respected',
    otherwise: 'the rollout waits for them ([calendar](calendar.md))',
  },
  { asks: 'Required variables and secrets present' },
  { asks: 'Image fits the processor of the tasks' },
  {
    asks: 'Response time of the health path (100 ms, 500 ms for APIs)',
    note: 'of green: `within` of `verify.health` and `verify.requests`',
  },
  { asks: 'Security headers', note: 'of green: `verify.requests`' },
  {
    asks: 'Health paths basic, detailed, ready, live and queue',
    otherwise: '`verify.health` ([requests to green](specification.md#requests-to-green))',
  },
  {
    asks: 'Functions, performance, security and monitoring after the deployment',
    otherwise: '`after` ([checks after a rollout](#checks-after-a-rollout))',
  },
  { asks: 'Internal API test before users', otherwise: '`verify.requests`, or a task of `before`' },
  { asks: 'Authentication and rate limit answered as expected', otherwise: '`verify.requests`' },
];

/**
 * Returns the table from checklist lines to checks as Markdown.
 * @throws Error where a check answers a line that there is not
 */
export function requirementTable(checks: readonly Pick<Check, 'name' | 'page'>[] = allChecks): string {
  const lines = new Set(requirements.map(({ asks }) => asks));
  for (const { name, page } of checks) {
    if (page.answers !== undefined && !lines.has(page.answers))
      throw new Error(`The check ${name} answers "${page.answers}", and no checklist has this line.`);
  }
  const rows = requirements.map(({ asks, otherwise = 'not yet', note = '' }) => {
    const names = checks.filter(({ page }) => page.answers === asks).map(({ name }) => `\`${name}\``);
    return `| ${asks} | ${names.length === 0 ? otherwise : names.join(', ')} | ${note} |`;
  });
  return ['| Checklist line | Checks | Besides |', '|---|---|---|', ...rows].join('\n');
}
