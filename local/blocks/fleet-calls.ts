import { CreateServiceCommand, type ECSClient, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import {
  CreateRuleCommand,
  CreateTargetGroupCommand,
  type ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import * as z from 'zod';

/** Where a block's resources are made. */
export interface BlockClients {
  readonly ecs: ECSClient;
  readonly elb: ElasticLoadBalancingV2Client;
}

// What blocks use of each resource, and nothing else: a property that is not here ends with an error, never unnoticed.

const text = z.string().min(1);
/** Parameters of templates are texts, also those with numbers. */
const number = z.coerce.number();

const targetGroup = z.strictObject({
  Name: text.max(32),
  VpcId: text,
  TargetType: z.literal('ip'),
  IpAddressType: z.literal('ipv4').optional(),
  Protocol: z.literal('HTTP'),
  ProtocolVersion: z.literal('HTTP1').optional(),
  Port: number,
  HealthCheckProtocol: z.literal('HTTP').optional(),
  HealthCheckPort: text.optional(),
  HealthCheckPath: text,
  HealthCheckTimeoutSeconds: number.optional(),
  HealthCheckIntervalSeconds: number,
  HealthyThresholdCount: number,
  UnhealthyThresholdCount: number,
  Matcher: z.strictObject({ HttpCode: text }),
  TargetGroupAttributes: z.array(z.strictObject({ Key: text, Value: z.coerce.string() })),
});

const values = z.strictObject({ Values: z.array(text).min(1) });

const rule = z.strictObject({
  ListenerArn: text,
  Priority: number,
  Conditions: z.array(
    z.discriminatedUnion('Field', [
      z.strictObject({ Field: z.literal('path-pattern'), PathPatternConfig: values }),
      z.strictObject({ Field: z.literal('host-header'), HostHeaderConfig: values }),
    ]),
  ),
  Actions: z.array(
    z.strictObject({
      Type: z.literal('forward'),
      ForwardConfig: z.strictObject({
        TargetGroups: z.array(z.strictObject({ TargetGroupArn: text, Weight: number.int().min(0).max(999) })).min(1),
      }),
    }),
  ),
});

const taskDefinition = z.strictObject({
  family: text,
  networkMode: z.literal('awsvpc'),
  requiresCompatibilities: z.array(z.literal('FARGATE')),
  cpu: z.coerce.string(),
  memory: z.coerce.string(),
  executionRoleArn: text,
  taskRoleArn: text,
  containerDefinitions: z.array(
    z.strictObject({
      name: text,
      image: text,
      essential: z.boolean(),
      user: text,
      environment: z.array(z.strictObject({ name: text, value: z.string() })).default([]),
      portMappings: z.array(z.strictObject({ containerPort: number, protocol: z.literal('tcp') })),
      logConfiguration: z.strictObject({ logDriver: z.literal('awslogs'), options: z.record(text, text) }),
    }),
  ),
});

const service = z.strictObject({
  serviceName: text,
  cluster: text,
  launchType: z.literal('FARGATE').optional(),
  taskDefinition: text,
  desiredCount: number.optional(),
  healthCheckGracePeriodSeconds: number.optional(),
  deploymentConfiguration: z.strictObject({
    maximumPercent: number.optional(),
    minimumHealthyPercent: number.optional(),
    deploymentCircuitBreaker: z.strictObject({ enable: z.boolean(), rollback: z.boolean() }),
  }),
  networkConfiguration: z.strictObject({
    awsvpcConfiguration: z.strictObject({
      assignPublicIp: z.literal('DISABLED'),
      securityGroups: z.array(text).min(1),
      subnets: z.array(text).min(1),
    }),
  }),
  loadBalancers: z.array(z.strictObject({ containerName: text, containerPort: number, targetGroupArn: text })),
});

/** What a resource is known by once it is made: its id, and its attributes. */
export interface Made {
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * Makes a target group of what a block says, in the words of the load balancer's API.
 * @throws Error where it says what no block uses, or the API refuses it
 */
export async function makeTargetGroup(clients: BlockClients, said: unknown): Promise<Made> {
  const { TargetGroupAttributes, ...input } = targetGroup.parse(said);
  const { TargetGroups: [made] = [] } = await clients.elb.send(new CreateTargetGroupCommand(input));
  const id = named('target group', made?.TargetGroupArn);
  await clients.elb.send(
    new ModifyTargetGroupAttributesCommand({ TargetGroupArn: id, Attributes: TargetGroupAttributes }),
  );
  return { id, attributes: { name: input.Name, fullName: id.slice(id.indexOf('targetgroup/')) } };
}

/** The same for a listener rule. @throws Error */
export async function makeRule({ elb }: BlockClients, said: unknown): Promise<Made> {
  const { Rules: [made] = [] } = await elb.send(new CreateRuleCommand(rule.parse(said)));
  return { id: named('rule', made?.RuleArn), attributes: {} };
}

/** The same for a task definition, in the words of the API of ECS. @throws Error */
export async function makeTaskDefinition({ ecs }: BlockClients, said: unknown): Promise<Made> {
  const input = taskDefinition.parse(said);
  const { taskDefinition: made } = await ecs.send(new RegisterTaskDefinitionCommand(input));
  return { id: named('task definition', made?.taskDefinitionArn), attributes: { family: input.family } };
}

/** The same for an ECS service; one without a count has one task, as CloudFormation makes it. @throws Error */
export async function makeService({ ecs }: BlockClients, said: unknown): Promise<Made> {
  const { desiredCount = 1, ...input } = service.parse(said);
  const { service: made } = await ecs.send(new CreateServiceCommand({ ...input, desiredCount }));
  return { id: named('service', made?.serviceArn), attributes: { name: input.serviceName } };
}

function named(what: string, id: string | undefined): string {
  if (id === undefined) throw new Error(`the API made a ${what} and did not name it`);
  return id;
}
