import { sampleChannels } from '../inbox/sample-channels.ts';
import type { SampleService } from '../sample/sample-service.ts';
import { sampleSpec } from '../sample/sample-spec.ts';

/** What `version` says in the page: clients tell it from the service's answers, and from a 503 of the load balancer itself, by that. */
export const pageVersion = 'the maintenance page';

/** The sample's spec with an emergency and an incident that begin by themselves, and a page that clients can tell. */
export function drillSpec(service: Pick<SampleService, 'ruleArn' | 'targetGroups'>): string {
  const told = sampleSpec(service, 'brisk', { hold: '30s', guard: '20s' }).replace(
    sampleChannels,
    `${sampleChannels}  statusUpdates: [post, machine]\n`,
  );
  return `${told}emergency: { wait: 10s }
incident:
  contacts:
    - { name: Database team, phone: '+49 30 1234567' }
maintenance:
  contentType: application/json
  page: '{"version":"${pageVersion}","message":"We will be back soon."}'
`;
}
