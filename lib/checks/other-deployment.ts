import { workloadOf } from '../drivers/shapes/layout-of.ts';
import { isEnding } from '../drivers/service-deployments.ts';
import type { Check } from './check.ts';

/** No deployment is under way in the ECS service: the one that the rollout begins would end it, whatever traffic it has. */
export const otherDeployment: Check = {
  name: 'other-deployment',
  expected: 'an ECS service without a deployment under way',
  page: {
    asks: 'Does ECS move traffic of the service for nobody else?',
    reads: 'the newest deployment of the ECS service; with the driver `ecs-managed`',
    rights: ['ecs:ListServiceDeployments', 'ecs:DescribeServiceDeployments', 'ecs:DescribeServiceRevisions'],
    fails: 'a deployment is under way that no rollout has begun; one that ECS only ends is waited for',
    fix: 'wait for it, or end it with `aws ecs stop-service-deployment --stop-type ROLLBACK`',
    answers: 'Load balancer and target groups set up right',
  },
  ahead: async (spec, { runtime }) => runtime.deployments?.newest(workloadOf(spec, 'a')),
  async observe({ spec, green }, { runtime }) {
    const workload = workloadOf(spec, green);
    const newest = await runtime.deployments?.newest(workload);
    if (newest === undefined) return { passed: true, saw: `ECS service ${workload.service} has had no deployment yet` };
    const saw = `deployment ${newest.arn} of ECS service ${workload.service}`;
    if (isEnding(newest)) return { passed: true, saw: `ECS still ends ${saw}, which the rollout waits for` };
    if (newest.state === 'underWay') return { passed: false, saw: `${saw} is in ${newest.stage}` };
    return { passed: true, saw: `${saw} has ended` };
  },
};
