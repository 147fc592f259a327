import { secondName } from '../../drivers/second-slot/second-name.ts';
import type { SeenService } from './seen-service.ts';

interface Seen extends SeenService {
  readonly asked: { readonly cluster: string; readonly service: string };
}

/** What a service lacks to be rolled out in two slots, and how to get it, as one sentence after the other. */
export function whatIsMissing({ asked: { cluster, service }, first, groups, rules, other }: Seen): string {
  const named = groups.map(({ name }) => name).join(', ');
  if (rules.length === 0) {
    return `Target group ${named} of ${service} stands in no rule and no default action of a load balancer, so it gets no traffic. Add it to a rule that forwards, beside the one of the second slot (weight 100 and 0), then run this again.`;
  }
  if (other !== undefined) return '';
  const [binding] = first.bindings;
  const second = secondName(service);
  const group = groups[0]?.name ?? service;
  const places = rules.map((rule) => (rule.isDefault ? `listener ${rule.listener}` : `rule ${rule.arn}`));
  return [
    `${service} has one slot; Sluice moves traffic between two. Missing is a second ECS service with a target group of its own.`,
    `With your infrastructure code: 1. a target group like ${group}, such as ${secondName(group)};`,
    `2. it in ${places.join(', ')}, with weight 0 beside ${group} with weight 100 (ECS starts no task for a target group that no rule names);`,
    `3. an ECS service like ${service} in cluster ${cluster}, such as ${second}, with task definition ${first.taskDefinition}, desired count 0, container ${binding?.container ?? ''}, port ${binding?.port ?? 0}, registering with that target group.`,
    `Then: sluice init --cluster ${cluster} --service ${service}. One that is there already is named with --other.`,
    `Or have all three written: run this again with --cloudformation, --cdk or --terraform.`,
  ].join(' ');
}
