import * as z from 'zod';
import type { Actions } from '../api/action.ts';
import { validationError } from '../aws-error.ts';
import { loadBalancersOf } from '../balancer/target-registry.ts';
import { listOf, wholeBetween } from './form-schema.ts';
import { targetKey, type Target, type TargetGroup } from './target-group.ts';
import { elbAction, findTargetGroup, type ElbWorld } from './world.ts';

const targetList = listOf(z.object({ Id: z.string().min(1), Port: wholeBetween(1, 65_535).optional() }));
const request = z.object({ TargetGroupArn: z.string(), Targets: targetList });

/** Register, deregister and describe targets. */
export function targetActions(world: ElbWorld): Actions {
  const { model, targets } = world;
  return {
    RegisterTargets: elbAction(request, (input) => {
      const group = findTargetGroup(model, input.TargetGroupArn);
      if (input.Targets.length === 0) throw validationError('You must specify at least one target');
      for (const { Id, Port } of input.Targets) targets.register(group, Id, Port ?? group.port);
      return {};
    }),
    DeregisterTargets: elbAction(request, (input) => {
      const group = findTargetGroup(model, input.TargetGroupArn);
      if (input.Targets.length === 0) throw validationError('You must specify at least one target');
      for (const { Id, Port } of input.Targets) void targets.deregister(group, Id, Port ?? group.port);
      return {};
    }),
    DescribeTargetHealth: elbAction(
      z.object({ TargetGroupArn: z.string(), Targets: targetList.optional() }),
      (input) => {
        const group = findTargetGroup(model, input.TargetGroupArn);
        const inUse = loadBalancersOf(model, group.arn).length > 0;
        const asked = input.Targets?.map(({ Id, Port }) => describe(group, Id, Port ?? group.port, inUse));
        return {
          TargetHealthDescriptions:
            asked ?? [...group.targets.values()].map(({ id, port }) => describe(group, id, port, inUse)),
        };
      },
    ),
  };
}

function describe(group: TargetGroup, id: string, port: number, inUse: boolean): object {
  const target = group.targets.get(targetKey(id, port));
  return {
    Target: { Id: id, Port: port },
    HealthCheckPort: group.healthCheck.port === 'traffic-port' ? String(port) : group.healthCheck.port,
    TargetHealth: health(target, inUse),
  };
}

function health(target: Target | undefined, inUse: boolean): object {
  if (target === undefined)
    return {
      State: 'unused',
      Reason: 'Target.NotRegistered',
      Description: 'Target is not registered to the target group',
    };
  if (!inUse && target.state !== 'draining') {
    return {
      State: 'unused',
      Reason: 'Target.NotInUse',
      Description: 'Target group is not configured to receive traffic from the load balancer',
    };
  }
  return { State: target.state, Reason: target.reason, Description: target.description };
}
