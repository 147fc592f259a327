import { sample } from './sample-names.ts';
import type { SampleService } from './sample-service.ts';

/**
 * The sample's rollout spec as a team would write it; only the pace is the demonstration's: metrics, bakes and judgements by
 * the second instead of the minute.
 */
export function sampleSpec({ ruleArn, targetGroups }: SampleService): string {
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
period: 1s
lag: 1s
minimumRequests: 20
timeouts: { hold: 30s }
steps:
  - { weight: 5, bake: 6s }
  - { weight: 25, bake: 5s }
  - { weight: 50, bake: 5s }
  - { weight: 100, bake: 5s }
`;
}
