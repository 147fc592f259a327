import * as z from 'zod';
import {
  type BlockClients,
  type Made,
  makeRule,
  makeService,
  makeTargetGroup,
  makeTaskDefinition,
} from './fleet-calls.ts';
import { evaluated, type Lookup } from './terraform-expression.ts';
import type { Body, TerraformModule } from './terraform-module.ts';

/** Where a module is applied, and with what. */
export interface ModuleSettings {
  readonly accountId: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

type Values = Readonly<Record<string, unknown>>;

/** What Terraform itself keeps to, and tells no provider. */
const meta: readonly string[] = ['for_each', 'depends_on', 'lifecycle'];

/** What resources that have no part in the fleet are known by. */
const standIns: readonly string[] = [
  'aws_cloudwatch_log_group',
  'aws_cloudwatch_metric_alarm',
  'aws_iam_role',
  'aws_iam_role_policy',
  'aws_security_group',
  'aws_vpc_security_group_egress_rule',
  'aws_vpc_security_group_ingress_rule',
];

const block = <T extends z.ZodRawShape>(shape: T) => z.array(z.strictObject(shape)).length(1);
const blocks = <T extends z.ZodRawShape>(shape: T) => z.array(z.strictObject(shape)).min(1);

const targetGroup = z.strictObject({
  ...{ name: z.string(), vpc_id: z.string(), target_type: z.string(), protocol: z.string(), port: z.number() },
  ...{ ip_address_type: z.string().optional(), protocol_version: z.string().optional() },
  deregistration_delay: z.coerce.number(),
  ...{ slow_start: z.coerce.number().optional(), load_balancing_algorithm_type: z.string().optional() },
  load_balancing_cross_zone_enabled: z.string().optional(),
  load_balancing_anomaly_mitigation: z.string().optional(),
  health_check: block({
    ...{ path: z.string(), interval: z.number(), matcher: z.string(), timeout: z.number().optional() },
    ...{ healthy_threshold: z.number(), unhealthy_threshold: z.number() },
    ...{ protocol: z.string().optional(), port: z.string().optional() },
  }),
});
const rule = z.strictObject({
  ...{ listener_arn: z.string(), priority: z.number() },
  condition: blocks({ path_pattern: block({ values: z.array(z.string()) }) }),
  action: block({
    type: z.string(),
    forward: block({ target_group: blocks({ arn: z.string(), weight: z.number() }) }),
  }),
});
const taskDefinition = z.strictObject({
  ...{ family: z.string(), network_mode: z.string(), requires_compatibilities: z.array(z.string()) },
  ...{ cpu: z.number(), memory: z.number(), execution_role_arn: z.string(), task_role_arn: z.string() },
  ...{ skip_destroy: z.boolean(), container_definitions: z.string() },
});
const service = z.strictObject({
  ...{ name: z.string(), cluster: z.string(), launch_type: z.string(), task_definition: z.string() },
  ...{ desired_count: z.number(), health_check_grace_period_seconds: z.number().optional() },
  ...{ deployment_maximum_percent: z.number().optional(), deployment_minimum_healthy_percent: z.number().optional() },
  ...{ platform_version: z.string().optional() },
  deployment_circuit_breaker: block({ enable: z.boolean(), rollback: z.boolean() }),
  network_configuration: block({
    ...{ assign_public_ip: z.boolean(), security_groups: z.array(z.string()), subnets: z.array(z.string()) },
  }),
  load_balancer: block({ container_name: z.string(), container_port: z.number(), target_group_arn: z.string() }),
});

/** Turns the resources of ECS and the load balancer into calls to the fleet. */
const makers: Readonly<Record<string, (clients: BlockClients, said: Values) => Promise<Made>>> = {
  aws_lb_target_group: async (clients, said) => {
    const { health_check, deregistration_delay: delay, ...own } = targetGroup.parse(said);
    const [check] = health_check;
    const { id, attributes } = await makeTargetGroup(clients, {
      ...{ Name: own.name, VpcId: own.vpc_id, TargetType: own.target_type, Protocol: own.protocol, Port: own.port },
      ...{ HealthCheckPath: check?.path, HealthCheckIntervalSeconds: check?.interval },
      ...{ HealthyThresholdCount: check?.healthy_threshold, UnhealthyThresholdCount: check?.unhealthy_threshold },
      Matcher: { HttpCode: check?.matcher },
      TargetGroupAttributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: String(delay) }],
    });
    return { id, attributes: { arn: id, arn_suffix: attributes['fullName'] ?? '' } };
  },
  aws_lb_listener_rule: async (clients, said) => {
    const { listener_arn: ListenerArn, priority: Priority, condition, action } = rule.parse(said);
    const { id } = await makeRule(clients, {
      ...{ ListenerArn, Priority },
      Conditions: condition.flatMap(({ path_pattern }) =>
        path_pattern.map(({ values: Values }) => ({ Field: 'path-pattern', PathPatternConfig: { Values } })),
      ),
      Actions: action.flatMap(({ type: Type, forward }) =>
        forward.map(({ target_group }) => ({
          Type,
          ForwardConfig: {
            TargetGroups: target_group.map(({ arn: TargetGroupArn, weight: Weight }) => ({ TargetGroupArn, Weight })),
          },
        })),
      ),
    });
    return { id, attributes: { arn: id } };
  },
  aws_ecs_task_definition: async (clients, said) => {
    const { container_definitions: containers, ...own } = taskDefinition.parse(said);
    const { id } = await makeTaskDefinition(clients, {
      ...{ family: own.family, networkMode: own.network_mode, requiresCompatibilities: own.requires_compatibilities },
      ...{ cpu: own.cpu, memory: own.memory },
      ...{ executionRoleArn: own.execution_role_arn, taskRoleArn: own.task_role_arn },
      containerDefinitions: z.unknown().parse(JSON.parse(containers)),
    });
    return { id, attributes: { arn: id, family: own.family } };
  },
  aws_ecs_service: async (clients, said) => {
    const own = service.parse(said);
    const [network] = own.network_configuration;
    const { id } = await makeService(clients, {
      ...{ serviceName: own.name, cluster: own.cluster, launchType: own.launch_type },
      ...{ taskDefinition: own.task_definition, desiredCount: own.desired_count },
      healthCheckGracePeriodSeconds: own.health_check_grace_period_seconds,
      deploymentConfiguration: { deploymentCircuitBreaker: own.deployment_circuit_breaker[0] },
      networkConfiguration: {
        awsvpcConfiguration: {
          assignPublicIp: network?.assign_public_ip === true ? 'ENABLED' : 'DISABLED',
          securityGroups: network?.security_groups,
          subnets: network?.subnets,
        },
      },
      loadBalancers: own.load_balancer.map((one) => ({
        ...{ containerName: one.container_name, containerPort: one.container_port },
        targetGroupArn: one.target_group_arn,
      })),
    });
    return { id, attributes: { name: own.name } };
  },
};

/**
 * Does with a module what Terraform would at its first apply, on the fleet: each resource once, after those that it refers to or depends on.
 * @returns the outputs
 * @throws Error for a resource, argument or expression that no building block uses, and where an API refuses one
 */
export async function applyModule(
  module: TerraformModule,
  settings: ModuleSettings,
  clients: BlockClients,
): Promise<Readonly<Record<string, unknown>>> {
  const begun = new Map<string, Promise<Made>>();

  const lookup: Lookup = async ([root = '', name = '', ...rest]) => {
    if (root === 'var') return inside(await variable(name), rest);
    if (root === 'local') {
      if (!(name in module.locals)) throw new Error(`the module has no local.${name}`);
      return inside(await evaluated(module.locals[name], lookup), rest);
    }
    if (root === 'data') return datum(name, rest);
    return attribute(`${root}.${name}`, rest);
  };

  async function variable(name: string): Promise<unknown> {
    const declared = module.variables[name];
    if (declared === undefined) throw new Error(`the module has no variable ${name}`);
    if (name in settings.variables) return settings.variables[name];
    if (!('default' in declared)) throw new Error(`the module needs the variable ${name}`);
    return evaluated(declared['default'], lookup);
  }

  function datum(type: string, [name = '', field = '']: readonly string[]): Promise<unknown> {
    if (!(`${type}.${name}` in module.data)) throw new Error(`the module has no data.${type}.${name}`);
    if (type === 'aws_caller_identity' && field === 'account_id') return Promise.resolve(settings.accountId);
    if (type === 'aws_partition' && field === 'partition') return Promise.resolve('aws');
    throw new Error(`no building block reads ${field} of data.${type}`);
  }

  async function attribute(address: string, rest: readonly string[]): Promise<unknown> {
    const found = module.resources[address];
    if (found === undefined) throw new Error(`the module has no resource ${address}`);
    const [key, field] = 'for_each' in found ? [rest[0] ?? '', rest[1]] : [undefined, rest[0]];
    const { id, attributes } = await made(address, key);
    const value = field === 'id' ? id : attributes[field ?? ''];
    if (value === undefined) throw new Error(`${address} has no attribute ${field ?? ''}`);
    return value;
  }

  function made(address: string, key: string | undefined): Promise<Made> {
    const instance = key === undefined ? address : `${address}["${key}"]`;
    const making = begun.get(instance) ?? make(address, key);
    begun.set(instance, making);
    return making;
  }

  async function keysOf(found: Body): Promise<readonly (string | undefined)[]> {
    if (!('for_each' in found)) return [undefined];
    return Object.keys(z.record(z.string(), z.unknown()).parse(await evaluated(found['for_each'], lookup)));
  }

  async function all(address: string): Promise<void> {
    const found = module.resources[address];
    if (found === undefined) throw new Error(`the module has no resource ${address}`);
    for (const key of await keysOf(found)) await made(address, key);
  }

  async function make(address: string, key: string | undefined): Promise<Made> {
    const found = module.resources[address] ?? {};
    for (const before of z.array(z.string()).parse(found['depends_on'] ?? []))
      await all(before.replace(/^\$\{(.*)\}$/, '$1'));
    const each = key === undefined ? {} : await evaluated(found['for_each'], lookup);
    const own: Lookup = (path) =>
      path[0] === 'each' ? Promise.resolve(path[1] === 'key' ? key : inside(each, [key ?? ''])) : lookup(path);
    const said = z
      .record(z.string(), z.unknown())
      .parse(await evaluated(Object.fromEntries(Object.entries(found).filter(([name]) => !meta.includes(name))), own));
    const [type = ''] = address.split('.');
    const maker = makers[type];
    if (maker !== undefined) return maker(clients, said);
    if (!standIns.includes(type)) throw new Error(`no building block has a resource of the type ${type} (${address})`);
    return standIn(type, said, settings);
  }

  for (const address of Object.keys(module.resources)) await all(address);
  const outputs = Object.entries(module.outputs).map(
    async ([name, { value }]) => [name, await evaluated(value, lookup)] as const,
  );
  return Object.fromEntries(await Promise.all(outputs));
}

/** A name that is left to the provider begins with the prefix that is said. */
function standIn(type: string, said: Values, { accountId }: ModuleSettings): Made {
  const prefix = said['name_prefix'];
  const name = typeof said['name'] === 'string' ? said['name'] : `${typeof prefix === 'string' ? prefix : ''}0001`;
  const id = type === 'aws_security_group' ? 'sg-0aaaaaaaaaaaaaaaa' : name;
  const arn =
    type === 'aws_iam_role' ? `arn:aws:iam::${accountId}:role/${name}` : `arn:aws:${type}::${accountId}:${name}`;
  return { id, attributes: { name, arn } };
}

function inside(value: unknown, rest: readonly string[]): unknown {
  let found = value;
  for (const part of rest) {
    if (typeof found !== 'object' || found === null || !(part in found)) throw new Error(`there is no ${part}`);
    found = Object.entries(found).find(([key]) => key === part)?.[1];
  }
  return found;
}
