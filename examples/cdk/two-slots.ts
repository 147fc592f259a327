import {
  CfnDynamicReference,
  CfnDynamicReferenceService,
  CfnOutput,
  Fn,
  RemovalPolicy,
  Stack,
  Token,
  aws_cloudwatch as cloudwatch,
  aws_ec2 as ec2,
  type aws_ecr as ecr,
  aws_ecs as ecs,
  aws_elasticloadbalancingv2 as elb,
  aws_iam as iam,
  aws_logs as logs,
} from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** The service, and where it runs. */
export interface TwoSlotsProps {
  /** The service, as its spec names it: small letters, digits and hyphens, at most 30. */
  readonly service: string;
  /** The deployed stage of Sluice, which writes the weights of the rule after each rollout. */
  readonly stage: string;
  readonly cluster: ecs.ICluster;
  /** Where its tasks run; they must reach ECR and CloudWatch Logs. */
  readonly subnetIds: readonly string[];
  /** The security group of the load balancer. */
  readonly balancerSecurityGroup: ec2.ISecurityGroup;
  /** The listener of the Application Load Balancer. */
  readonly listenerArn: string;
  readonly priority: number;
  /** Which requests are the service's, such as `/*`. */
  readonly paths: readonly string[];
  readonly repository: ecr.IRepository;
  /** The image that serves before the first rollout, with its tag or digest. */
  readonly firstImage: string;
  readonly port: number;
  readonly healthPath: string;
  readonly cpu: number;
  /** In MiB. */
  readonly memory: number;
  readonly environment?: Readonly<Record<string, string>>;
}

type Slot = 'a' | 'b';

/**
 * The two slots of a service that Sluice rolls out, behind a listener that is there already: two ECS services on Fargate, a target group and
 * an alarm each, the rule, the task definition and its roles. It leaves alone what Sluice moves: tasks, task definitions and weights.
 */
export class TwoSlots extends Construct {
  /** Give it the rights that the service itself needs. */
  readonly taskRole: iam.Role;
  /** Let it into what the service reaches, such as a database. */
  readonly securityGroup: ec2.SecurityGroup;
  readonly rule: elb.CfnListenerRule;
  readonly targetGroups: Readonly<Record<Slot, elb.CfnTargetGroup>>;
  /** The rollout spec, as text: write it to a file, then run `sluice lint --live` and `sluice apply`. */
  readonly spec: string;

  constructor(scope: Construct, id: string, props: TwoSlotsProps) {
    super(scope, id);
    this.taskRole = taskRole(this, 'TaskRole');
    this.securityGroup = new ec2.SecurityGroup(this, 'TaskSecurityGroup', {
      vpc: props.cluster.vpc,
      description: `Tasks of ${props.service}`,
    });
    this.securityGroup.addIngressRule(
      props.balancerSecurityGroup,
      ec2.Port.tcp(props.port),
      'from the load balancer alone',
    );
    const definition = this.taskDefinition(props);
    this.targetGroups = { a: this.targetGroup('a', props), b: this.targetGroup('b', props) };
    this.rule = this.listenerRule(props);
    const services = { a: this.slot('a', props, definition), b: this.slot('b', props, definition) };
    for (const slot of ['a', 'b'] as const) this.alarm(slot, props);
    this.spec = specText(props, this, services);
    new CfnOutput(this, 'Spec', { value: this.spec, description: 'The rollout spec of the service' });
  }

  private taskDefinition(props: TwoSlotsProps): ecs.CfnTaskDefinition {
    const logGroup = new logs.LogGroup(this, 'LogGroup', {
      logGroupName: `/ecs/${props.service}`,
      retention: logs.RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const executionRole = taskRole(this, 'ExecutionRole');
    props.repository.grantPull(executionRole);
    logGroup.grantWrite(executionRole);
    const definition = new ecs.CfnTaskDefinition(this, 'TaskDefinition', {
      family: props.service,
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: String(props.cpu),
      memory: String(props.memory),
      executionRoleArn: executionRole.roleArn,
      taskRoleArn: this.taskRole.roleArn,
      containerDefinitions: [
        {
          name: 'app',
          image: props.firstImage,
          essential: true,
          // Not root; the image must get by with it.
          user: '1000',
          environment: Object.entries(props.environment ?? {}).map(([name, value]) => ({ name, value })),
          portMappings: [{ containerPort: props.port, protocol: 'tcp' }],
          logConfiguration: {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': logGroup.logGroupName,
              'awslogs-region': Stack.of(this).region,
              'awslogs-stream-prefix': 'app',
            },
          },
        },
      ],
    });
    // The version of before must not be deregistered while a slot runs it.
    definition.applyRemovalPolicy(RemovalPolicy.RETAIN);
    return definition;
  }

  /** Those of both slots are alike: Sluice refuses a service whose slots differ. */
  private targetGroup(slot: Slot, props: TwoSlotsProps): elb.CfnTargetGroup {
    return new elb.CfnTargetGroup(this, `TargetGroup${slot.toUpperCase()}`, {
      vpcId: props.cluster.vpc.vpcId,
      targetType: 'ip',
      protocol: 'HTTP',
      port: props.port,
      healthCheckPath: props.healthPath,
      healthCheckIntervalSeconds: 10,
      healthyThresholdCount: 2,
      unhealthyThresholdCount: 3,
      matcher: { httpCode: '200' },
      targetGroupAttributes: [{ key: 'deregistration_delay.timeout_seconds', value: '30' }],
    });
  }

  private listenerRule(props: TwoSlotsProps): elb.CfnListenerRule {
    // The weights as Sluice left them: an update of the rule takes no user to the version of before.
    const weight = (slot: Slot): number =>
      Token.asNumber(
        new CfnDynamicReference(
          CfnDynamicReferenceService.SSM,
          `/sluice/${props.stage}/weights/${props.service}/${slot}`,
        ),
      );
    return new elb.CfnListenerRule(this, 'Rule', {
      listenerArn: props.listenerArn,
      priority: props.priority,
      conditions: [{ field: 'path-pattern', pathPatternConfig: { values: [...props.paths] } }],
      actions: [
        {
          type: 'forward',
          forwardConfig: {
            targetGroups: [
              { targetGroupArn: this.targetGroups.a.ref, weight: weight('a') },
              { targetGroupArn: this.targetGroups.b.ref, weight: weight('b') },
            ],
          },
        },
      ],
    });
  }

  /**
   * No `desiredCount`: an update would set it back. The task definition is named by its family: a new revision of it deploys nothing, and the
   * next rollout takes it over (`taskDefinition: latest-of-family`).
   */
  private slot(slot: Slot, props: TwoSlotsProps, definition: ecs.CfnTaskDefinition): ecs.CfnService {
    const service = new ecs.CfnService(this, `Slot${slot.toUpperCase()}`, {
      serviceName: `${props.service}-${slot}`,
      cluster: props.cluster.clusterName,
      launchType: 'FARGATE',
      taskDefinition: props.service,
      healthCheckGracePeriodSeconds: 60,
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } },
      networkConfiguration: {
        awsvpcConfiguration: {
          assignPublicIp: 'DISABLED',
          securityGroups: [this.securityGroup.securityGroupId],
          subnets: [...props.subnetIds],
        },
      },
      loadBalancers: [{ containerName: 'app', containerPort: props.port, targetGroupArn: this.targetGroups[slot].ref }],
    });
    // ECS takes no target group that no rule names.
    service.addResourceDependency(this.rule);
    service.addResourceDependency(definition);
    return service;
  }

  /** A slot without traffic has no datapoints, and rings no alarm. */
  private alarm(slot: Slot, props: TwoSlotsProps): void {
    const balancer = [1, 2, 3].map((part) => Fn.select(part, Fn.split('/', props.listenerArn)));
    new cloudwatch.CfnAlarm(this, `Errors${slot.toUpperCase()}`, {
      alarmName: `${props.service}-${slot}-errors`,
      alarmDescription: `Tasks of slot ${slot} answer with 5xx.`,
      namespace: 'AWS/ApplicationELB',
      metricName: 'HTTPCode_Target_5XX_Count',
      dimensions: [
        { name: 'TargetGroup', value: this.targetGroups[slot].attrTargetGroupFullName },
        { name: 'LoadBalancer', value: Fn.join('/', balancer) },
      ],
      statistic: 'Sum',
      period: 60,
      evaluationPeriods: 3,
      threshold: 20,
      comparisonOperator: 'GreaterThanThreshold',
      treatMissingData: 'notBreaching',
    });
  }
}

function taskRole(scope: Construct, id: string): iam.Role {
  const account = { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } };
  return new iam.Role(scope, id, {
    assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com', { conditions: account }),
  });
}

function specText(
  props: TwoSlotsProps,
  { rule, targetGroups }: TwoSlots,
  services: Readonly<Record<Slot, ecs.CfnService>>,
): string {
  return [
    `service: ${props.service}`,
    `cluster: ${props.cluster.clusterName}`,
    'container: app',
    `image: { repository: ${props.repository.repositoryName} }`,
    'slots:',
    `  a: { service: ${services.a.attrName}, targetGroup: '${targetGroups.a.ref}' }`,
    `  b: { service: ${services.b.attrName}, targetGroup: '${targetGroups.b.ref}' }`,
    'traffic:',
    `  - rule: ${rule.ref}`,
    `healthPath: ${props.healthPath}`,
    'taskDefinition: latest-of-family',
    '',
  ].join('\n');
}
