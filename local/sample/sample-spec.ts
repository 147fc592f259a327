import { sampleChannels } from '../inbox/sample-channels.ts';
import { sample } from './sample-names.ts';
import type { SampleService } from './sample-service.ts';

/** `patient` gives a small difference the time to show: hundreds of requests instead of tens. `brisk` is the shortest; `idle` waits to be told. */
export type Pace = 'quick' | 'patient' | 'brisk' | 'idle';

/**
 * The load balancer's nodes obey a new weight within 10 s: the last bake is longer, so that a finished rollout has all traffic. A
 * team's bakes are minutes.
 */
const bakes: Readonly<Record<Pace, readonly (readonly [weight: number, bake: string])[]>> = {
  // A weight takes up to 10 s to reach every node: a shorter first bake would be held for green's first requests.
  quick: [
    [5, '15s'],
    [25, '6s'],
    [50, '6s'],
    [100, '11s'],
  ],
  brisk: [
    [25, '6s'],
    [50, '6s'],
    [100, '11s'],
  ],
  idle: [
    [5, '5m'],
    [25, '5m'],
    [50, '5m'],
    [100, '5m'],
  ],
  patient: [
    [5, '5s'],
    [25, '15s'],
    [50, '30s'],
    [100, '11s'],
  ],
};

export interface SampleOptions {
  /** Whether people have to approve its rollouts. */
  readonly approved?: boolean;
  /** `checks:` as the spec writes it, with its lines. */
  readonly checks?: string;
  /** How long a rollout is held at most. Long enough for a busy machine, on which few requests are made. */
  readonly hold?: string;
  /** How long it may be silent. Long enough for a busy machine, on which a function takes seconds to begin. */
  readonly guard?: string;
}

/** Those who approve the sample's rollouts, where that is asked for. */
export const sampleApprovers = ['tech-lead', 'product-manager', 'qa'] as const;

/** Without `required` roles nobody has to approve; people may click buttons all the same. */
const approvals = (approved: boolean) => `approvals:
${approved ? '' : '  required: []\n'}  people:
${sampleApprovers.map((role) => `    - { name: ${role}, roles: [${role}], mail: ${role}@example.com, slack: ${slackMember(role)} }`).join('\n')}
`;

/** Their id in Slack, such as UTECHLEAD. */
function slackMember(role: string): string {
  return `U${role.replaceAll('-', '').toUpperCase()}`;
}

/**
 * The sample's rollout spec as a team would write it; only the pace is the demonstration's: metrics, bakes and judgements by
 * the second instead of the minute.
 */
export function sampleSpec(
  { ruleArn, targetGroups }: Pick<SampleService, 'ruleArn' | 'targetGroups'>,
  pace: Pace = 'quick',
  { approved = false, checks = '', hold = '90s', guard = '60s' }: SampleOptions = {},
): string {
  return `# Rollout spec of the sample service.
service: ${sample.service}
cluster: ${sample.cluster}
container: ${sample.container}
image:
  repository: ${sample.repository}
slots:
  a: { service: ${sample.slots.a}, targetGroup: '${targetGroups.a}' }
  b: { service: ${sample.slots.b}, targetGroup: '${targetGroups.b}' }
traffic:
  - rule: ${ruleArn}
# The sample's health path says its version in its body, so that a look shows at once that green answered.
verify: { bodyField: version }
period: 1s
lag: 1s
minimumRequests: 20
timeouts: { hold: ${hold}, guard: ${guard}, interference: 30s }
steps:
${bakes[pace].map(([weight, bake]) => `  - { weight: ${weight}, bake: ${bake} }`).join('\n')}
rollback:
  steps:
    - { weight: 25, bake: 6s }
    - { weight: 100, bake: 11s }
# Blue's past tells how its errors come; the demonstration changes that from one rollout to the next.
# By the second as everything here: a real service keeps to the minute.
analysis: { history: 30s, clumps: 1s }
${checks}${sampleChannels}${approvals(approved)}`;
}
