import {
  DescribeAccountLimitsCommand,
  type ElasticLoadBalancingV2Client,
  ListenerNotFoundException,
  LoadBalancerNotFoundException,
  paginateDescribeListeners,
  paginateDescribeRules,
  paginateDescribeTargetGroups,
  type Rule,
  TargetGroupNotFoundException,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { RuleFacts, ServiceLook, TargetGroupFacts } from '../service-look.ts';
import { elbEntranceOf } from './elb-entrance.ts';
import { writable } from '../rules/routing.ts';

type BalancerLook = Pick<ServiceLook, 'targetGroups' | 'listenersOf' | 'rulesOf' | 'entranceOf' | 'limits'>;

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html, the defaults. */
const defaultLimits = {
  conditionValuesPerRule: 5,
  rulesPerBalancer: 100,
  targetGroupsPerBalancer: 100,
  areOfAccount: false,
} as const;

/** Load balancers, rules and target groups as they are. */
export function elbServiceLook(client: ElasticLoadBalancingV2Client): BalancerLook {
  return {
    targetGroups: targetGroups(client),

    async listenersOf(loadBalancer) {
      try {
        const arns: string[] = [];
        for await (const { Listeners = [] } of paginateDescribeListeners({ client }, { LoadBalancerArn: loadBalancer }))
          arns.push(...Listeners.flatMap(({ ListenerArn }) => ListenerArn ?? []));
        return arns;
      } catch (error) {
        if (error instanceof LoadBalancerNotFoundException) return [];
        throw error;
      }
    },

    async rulesOf(listener) {
      try {
        const rules: RuleFacts[] = [];
        for await (const { Rules = [] } of paginateDescribeRules({ client }, { ListenerArn: listener }))
          rules.push(...Rules.map(ruleFacts));
        return rules;
      } catch (error) {
        if (error instanceof ListenerNotFoundException) return undefined;
        throw error;
      }
    },

    async entranceOf(listener) {
      try {
        return await elbEntranceOf(client, listener);
      } catch (error) {
        if (error instanceof ListenerNotFoundException || error instanceof LoadBalancerNotFoundException)
          return undefined;
        throw error;
      }
    },

    limits: limits(client),
  };
}

function ruleFacts({
  RuleArn = '',
  IsDefault = false,
  Priority,
  Conditions = [],
  Actions = [],
  Transforms = [],
}: Rule): RuleFacts {
  return {
    arn: RuleArn,
    isDefault: IsDefault,
    priority: IsDefault ? 0 : Number(Priority),
    conditions: Conditions.map((condition) => ({ ...condition })),
    actions: writable(Actions.map((action) => ({ ...action }))),
    ...(Transforms.length > 0 && { rewrites: true }),
  };
}

function targetGroups(client: ElasticLoadBalancingV2Client): BalancerLook['targetGroups'] {
  return async (arns) => {
    const found = await Promise.all(
      arns.map(async (arn): Promise<readonly TargetGroupFacts[]> => {
        try {
          const groups = [];
          for await (const page of paginateDescribeTargetGroups({ client }, { TargetGroupArns: [arn] }))
            groups.push(...(page.TargetGroups ?? []));
          return groups.map(
            ({
              TargetGroupName = '',
              LoadBalancerArns = [],
              HealthCheckPath,
              HealthCheckPort,
              Matcher,
              ProtocolVersion = 'HTTP1',
            }) => ({
              arn,
              name: TargetGroupName,
              loadBalancers: LoadBalancerArns,
              healthPath: HealthCheckPath,
              protocolVersion: ProtocolVersion,
              matcher: Matcher?.HttpCode,
              healthPort: HealthCheckPort,
            }),
          );
        } catch (error) {
          if (error instanceof TargetGroupNotFoundException) return [];
          throw error;
        }
      }),
    );
    return found.flat();
  };
}

function limits(client: ElasticLoadBalancingV2Client): BalancerLook['limits'] {
  return async () => {
    try {
      const { Limits = [] } = await client.send(new DescribeAccountLimitsCommand({ PageSize: 400 }));
      const most = (name: string, otherwise: number) =>
        Number(Limits.find((limit) => limit.Name === name)?.Max ?? otherwise);
      return {
        conditionValuesPerRule: most('condition-values-per-alb-rule', defaultLimits.conditionValuesPerRule),
        rulesPerBalancer: most('rules-per-application-load-balancer', defaultLimits.rulesPerBalancer),
        targetGroupsPerBalancer: most(
          'target-groups-per-application-load-balancer',
          defaultLimits.targetGroupsPerBalancer,
        ),
        areOfAccount: true,
      };
    } catch {
      // A role that may not ask, and a balancer that does not know the question, are no reason to say nothing.
      return defaultLimits;
    }
  };
}
