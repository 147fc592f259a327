import { describePath } from '../../specification/text/plain-text.ts';
import { liveDoubts } from '../live/live-doubts.ts';
import { asked } from './asking.ts';
import { type Diagnosis, diagnosis } from './diagnosis.ts';
import type { LookedSpec, Patient } from './patient.ts';

const actions = [
  'ecs:DescribeServices',
  'ecs:DescribeTaskDefinition',
  'elasticloadbalancing:DescribeListeners',
  'elasticloadbalancing:DescribeLoadBalancers',
  'elasticloadbalancing:DescribeRules',
  'elasticloadbalancing:DescribeTargetGroups',
  'application-autoscaling:DescribeScalableTargets',
  'application-autoscaling:DescribeScalingPolicies',
  'application-autoscaling:DescribeScheduledActions',
];

/** Says whether ECS and the load balancers fit each spec: what `sluice lint --live` says. */
export async function services(patient: Patient): Promise<readonly Diagnosis[]> {
  return (await Promise.all(patient.specs.map((looked) => ofSpec(looked, patient)))).flat();
}

async function ofSpec({ spec, of }: LookedSpec, { look, now, caller }: Patient): Promise<readonly Diagnosis[]> {
  const answer = await asked(
    {
      ...{ topic: 'services', what: `Whether ECS and the load balancers fit the spec of ${spec.service}` },
      ...{ rights: actions.map((action) => ({ action, resource: '*' })), principal: caller.principal },
    },
    () => liveDoubts(spec, look, now),
  );
  if ('unknown' in answer) return [answer.unknown];
  const found = answer.answer;
  if (found.length === 0)
    return [diagnosis('services', 'well', `ECS and the load balancers fit the spec of ${spec.service}.`)];
  return found.map(({ path, severity, message }) =>
    diagnosis('services', severity === 'error' ? 'missing' : 'doubtful', `${of}: ${describePath(path)}: ${message}.`),
  );
}
