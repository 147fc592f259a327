import { ExecutionAlreadyExists } from '@aws-sdk/client-sfn';
import { ResourceNotFoundException } from '@aws-sdk/client-scheduler';
import { modelArns } from '../../model/model-world.ts';
import type { Facts } from './calls.ts';

/** The input of a command, of which an answer needs only a few members. */
export type Input = Readonly<Record<string, unknown>>;

const loadBalancer = modelArns.listener.replace(':listener/', ':loadbalancer/').replace(/\/[0-9a-f]+$/, '');
const registryUri = '111122223333.dkr.ecr.eu-west-1.amazonaws.com';

const textsIn = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

/** What AWS knows besides the model: it only grows, as calls are made. */
export class Answers {
  readonly #schedules = new Set<string>();
  readonly #executions = new Set<string>();
  #serial = 1;

  /** Returns what AWS answers to a command; nothing but success where a caller needs no more. */
  to(command: string, input: Input, facts: Facts): object {
    switch (command) {
      case 'DescribeRules':
        return { Rules: this.#rules(input, facts) };
      case 'DescribeListeners':
        return { Listeners: listeners(input, facts) };
      case 'DescribeLoadBalancers':
        return { LoadBalancers: [{ DNSName: 'balancer.test', Scheme: 'internet-facing', VpcId: 'vpc-1' }] };
      case 'DescribeTags':
        return { TagDescriptions: textsIn(input['ResourceArns']).map((arn) => tagsOf(arn, facts)) };
      case 'DescribeTargetHealth':
        return { TargetHealthDescriptions: targets(String(input['TargetGroupArn']), facts) };
      case 'DescribeTargetGroups':
        return { TargetGroups: textsIn(input['TargetGroupArns']).map(targetGroup) };
      case 'DescribeAccountLimits':
        return { Limits: [{ Name: 'rules-per-application-load-balancer', Max: '100' }] };
      case 'CreateRule':
        return { Rules: [{ RuleArn: `${modelArns.rule.slice(0, -4)}${String(this.#next()).padStart(4, '0')}` }] };
      case 'DescribeServices':
        return { services: textsIn(input['services']).flatMap((name) => service(name, facts)) };
      case 'UpdateService':
        return { service: service(String(input['service']), facts)[0] };
      case 'DescribeTaskDefinition':
        return { taskDefinition: taskDefinition(String(input['taskDefinition'])), tags: [] };
      case 'RegisterTaskDefinition':
        return { taskDefinition: { ...input, taskDefinitionArn: `web:${String(this.#next())}`, tags: undefined } };
      case 'ListTasks':
        return { taskArns: taskArns(String(input['serviceName']), input['desiredStatus'], facts) };
      case 'DescribeTasks':
        return { tasks: textsIn(input['tasks']).map((arn) => task(arn, facts)) };
      case 'DescribeScalableTargets':
        return { ScalableTargets: textsIn(input['ResourceIds']).flatMap((id) => scalableTarget(id, facts)) };
      case 'DescribeImages':
        return { imageDetails: images(input, facts) };
      case 'DescribeRepositories':
        return { repositories: [{ repositoryUri: `${registryUri}/shop/web` }] };
      case 'DescribeAlarms':
        return {
          MetricAlarms: [...facts.alarmStates.values()].map(({ name, isRinging, reason }) => ({
            ...{ AlarmName: name, StateReason: reason },
            StateValue: isRinging ? 'ALARM' : 'OK',
          })),
        };
      default:
        return this.#started(command, input);
    }
  }

  #started(command: string, input: Input): object {
    const name = String(input['Name'] ?? input['name']);
    const $metadata = {};
    if (command === 'CreateSchedule') this.#schedules.add(name);
    if (command === 'UpdateSchedule' && !this.#schedules.has(name))
      throw new ResourceNotFoundException({ message: 'no schedule', Message: 'no schedule', $metadata });
    if (command === 'DeleteSchedule' && !this.#schedules.delete(name))
      throw new ResourceNotFoundException({ message: 'no schedule', Message: 'no schedule', $metadata });
    if (command !== 'StartExecution') return {};
    const execution = `${String(input['stateMachineArn'])}:${name}`;
    if (this.#executions.has(execution)) throw new ExecutionAlreadyExists({ message: 'it exists', $metadata });
    this.#executions.add(execution);
    return {};
  }

  #rules(input: Input, facts: Facts): readonly object[] {
    const conditions = [{ Field: 'path-pattern', Values: ['/*'], PathPatternConfig: { Values: ['/*'] } }];
    const own = [...facts.actions]
      .filter(([arn]) => arn.includes(':listener-rule/'))
      .map(([RuleArn, Actions]) => ({
        ...{ RuleArn, Actions, Conditions: conditions, Priority: facts.priorities.get(RuleArn) ?? '10' },
      }));
    const added = [...facts.headerRoutes].map(([RuleArn, { header, value, targetGroup }], index) => ({
      ...{ RuleArn, Priority: String(9 - index), Actions: [{ Type: 'forward', TargetGroupArn: targetGroup }] },
      Conditions: [
        ...conditions,
        { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: header, Values: [value] } },
      ],
    }));
    const asked = textsIn(input['RuleArns']);
    return [...own, ...added].filter(({ RuleArn }) => asked.length === 0 || asked.includes(RuleArn));
  }

  #next(): number {
    this.#serial += 1;
    return this.#serial;
  }
}

function listeners(input: Input, { actions }: Facts): readonly object[] {
  const asked = textsIn(input['ListenerArns']);
  return (asked.length === 0 ? [modelArns.listener] : asked).map((ListenerArn) => ({
    ...{ ListenerArn, LoadBalancerArn: loadBalancer, Port: 80, Protocol: 'HTTP' },
    DefaultActions: actions.get(ListenerArn) ?? [],
  }));
}

function tagsOf(ResourceArn: string, { headerRoutes }: Facts): object {
  const route = headerRoutes.get(ResourceArn);
  return { ResourceArn, Tags: route === undefined ? [] : [{ Key: 'sluice:rollout', Value: route.rolloutId }] };
}

function targets(group: string, { groups, slots }: Facts): readonly object[] {
  const desired = slots.get(groups.get(group) ?? '')?.desired ?? 0;
  return Array.from({ length: desired }, () => ({ TargetHealth: { State: 'healthy' } }));
}

function targetGroup(TargetGroupArn: string): object {
  return { TargetGroupArn, ProtocolVersion: 'HTTP1', Matcher: { HttpCode: '200' }, LoadBalancerArns: [loadBalancer] };
}

function service(name: string, { slots, groups }: Facts): readonly object[] {
  const slot = slots.get(name);
  if (slot === undefined) return [];
  const { taskDefinition: definition, desired, deploymentId: id } = slot;
  const counts = { desiredCount: desired, runningCount: desired };
  return [
    {
      ...{ serviceName: name, status: 'ACTIVE', taskDefinition: definition, ...counts },
      deployments: [{ id, status: 'PRIMARY', rolloutState: 'COMPLETED', taskDefinition: definition, ...counts }],
      loadBalancers: [...groups].flatMap(([targetGroupArn, owner]) => (owner === name ? [{ targetGroupArn }] : [])),
      deploymentConfiguration: { maximumPercent: 200, minimumHealthyPercent: 100 },
    },
  ];
}

function taskDefinition(reference: string): object {
  return {
    ...{ taskDefinitionArn: reference, family: 'web', status: 'ACTIVE', cpu: '256', memory: '512', revision: 1 },
    containerDefinitions: [
      { name: 'app', image: `${registryUri}/shop/web:1`, portMappings: [{ containerPort: 8080 }] },
    ],
  };
}

function taskArns(name: string, status: unknown, { slots }: Facts): readonly string[] {
  const running = status === 'RUNNING' ? (slots.get(name)?.desired ?? 0) : 0;
  return Array.from({ length: running }, (_, index) => `arn:aws:ecs:eu-west-1:111122223333:task/main/${name}-${index}`);
}

function task(taskArn: string, { slots }: Facts): object {
  const slot = slots.get(/([\w-]+)-\d+$/.exec(taskArn)?.[1] ?? '');
  const containers = [{ name: 'app', imageDigest: slot?.digest, lastStatus: 'RUNNING' }];
  return { taskArn, lastStatus: 'RUNNING', taskDefinitionArn: slot?.taskDefinition, containers };
}

function scalableTarget(ResourceId: string, { autoscaling }: Facts): readonly object[] {
  const found = autoscaling.get(ResourceId.slice(ResourceId.lastIndexOf('/') + 1));
  if (found === undefined) return [];
  const { min: MinCapacity, max: MaxCapacity, suspended } = found;
  return [
    {
      ...{ ResourceId, MinCapacity, MaxCapacity },
      SuspendedState: {
        DynamicScalingInSuspended: suspended.scaleIn,
        DynamicScalingOutSuspended: suspended.scaleOut,
        ScheduledScalingSuspended: suspended.scheduled,
      },
    },
  ];
}

function images({ imageIds }: Input, facts: Facts): readonly object[] {
  const asked = JSON.stringify(imageIds ?? []);
  return [...facts.images.values()]
    .filter(({ digest, tags }) => asked === '[]' || [digest, ...tags].some((one) => asked.includes(`"${one}"`)))
    .map(({ digest: imageDigest, tags: imageTags }) => ({
      imageDigest,
      imageTags,
      imagePushedAt: new Date(facts.time),
    }));
}
