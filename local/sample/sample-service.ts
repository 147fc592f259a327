import {
  CreateClusterCommand,
  CreateServiceCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import { parseSpec } from '../../lib/specification/parse.ts';
import { applyBlock, type Block } from '../blocks/blocks.ts';
import type { Clients } from '../stack/clients.ts';
import { localStage } from '../stack/stage.ts';
import { sample } from './sample-names.ts';
import { type PushedImage, pushImage, type SampleVersion } from './push-image.ts';

/** What a team's infrastructure code would have made: two slots behind one rule of a load balancer. */
export interface SampleService {
  readonly url: string;
  readonly ruleArn: string;
  readonly targetGroups: { readonly a: string; readonly b: string };
}

/**
 * Creates the sample: slot a serves a first version with real processes, slot b is empty.
 * @param block the building block that makes its slots; without one they are made here, with checks and drains at the pace of a demonstration
 */
export async function createSampleService(
  clients: Clients,
  listenerPort: number,
  first: SampleVersion,
  block?: Block,
): Promise<SampleService> {
  const { ecs, elb, ecr, logs } = clients;
  await logs.send(new CreateLogGroupCommand({ logGroupName: sample.logGroup }));
  await ecr.send(new CreateRepositoryCommand({ repositoryName: sample.repository }));
  const image = await pushImage(clients, first);
  await ecs.send(new CreateClusterCommand({ clusterName: sample.cluster }));
  const { loadBalancerArn } = await createLoadBalancer(elb);
  const listenerArn = await createListener(elb, loadBalancerArn, listenerPort);
  const made =
    block === undefined ? createSlots(clients, listenerArn, image) : ofBlock(clients, listenerArn, image, block);
  return { url: `http://127.0.0.1:${listenerPort}`, ...(await made) };
}

type Slots = Omit<SampleService, 'url'>;

/** What a building block makes, with the tasks that users need; its spec names the rest. */
async function ofBlock(clients: Clients, listenerArn: string, image: PushedImage, block: Block): Promise<Slots> {
  const [, , , region = '', accountId = ''] = listenerArn.split(':');
  const { service, cluster, repository } = sample;
  const place = {
    service,
    cluster,
    repository,
    stage: localStage,
    listenerArn,
    firstImage: image.uri,
    region,
    accountId,
  };
  const text = await applyBlock(block, place, clients);
  const read = parseSpec(text, `the output of ${block}`);
  if (!read.ok) throw new Error(`${block} puts out a spec that is not right: ${JSON.stringify(read.findings)}`);
  const { slots, traffic } = read.spec;
  const [ruleArn] = traffic.flatMap((one) => ('rule' in one ? [one.rule] : []));
  if (ruleArn === undefined) throw new Error(`${block} puts out a spec without a rule`);
  await clients.ecs.send(new UpdateServiceCommand({ cluster, service: slots.a.service, desiredCount: sample.tasks }));
  await clients.ecs.send(new UpdateServiceCommand({ cluster, service: slots.b.service, desiredCount: 0 }));
  return { ruleArn, targetGroups: { a: slots.a.targetGroup, b: slots.b.targetGroup } };
}

/** Both slots behind one rule. */
async function createSlots({ ecs, elb }: Clients, listenerArn: string, image: PushedImage): Promise<Slots> {
  const [a, b] = await Promise.all([createTargetGroup(elb, 'web-a'), createTargetGroup(elb, 'web-b')]);
  const { Rules: [rule] = [] } = await elb.send(
    new CreateRuleCommand({
      ListenerArn: listenerArn,
      Priority: 100,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }],
      // ECS takes no target group that no rule names, so the empty slot stands in the rule from the start.
      Actions: [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: a, Weight: 100 },
              { TargetGroupArn: b, Weight: 0 },
            ],
          },
        },
      ],
    }),
  );
  if (rule?.RuleArn === undefined) throw new Error('the fleet created no listener rule for the sample service');

  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: sample.service,
      containerDefinitions: [
        {
          name: sample.container,
          image: image.uri,
          essential: true,
          portMappings: [{ containerPort: 8080 }],
          user: '1000',
          logConfiguration: {
            logDriver: 'awslogs',
            options: { 'awslogs-group': sample.logGroup, 'awslogs-stream-prefix': sample.service },
          },
        },
      ],
    }),
  );
  for (const [slot, targetGroupArn, desiredCount] of [
    ['a', a, sample.tasks],
    ['b', b, 0],
  ] as const) {
    await ecs.send(
      new CreateServiceCommand({
        cluster: sample.cluster,
        serviceName: sample.slots[slot],
        taskDefinition: taskDefinition?.taskDefinitionArn,
        desiredCount,
        loadBalancers: [{ targetGroupArn, containerName: sample.container, containerPort: 8080 }],
      }),
    );
  }
  return { ruleArn: rule.RuleArn, targetGroups: { a, b } };
}

async function createListener(elb: Clients['elb'], loadBalancerArn: string, port: number): Promise<string> {
  const { Listeners: [listener] = [] } = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: loadBalancerArn,
      Protocol: 'HTTP',
      Port: port,
      DefaultActions: [
        {
          Type: 'fixed-response',
          FixedResponseConfig: { StatusCode: '404', ContentType: 'text/plain', MessageBody: 'no such service' },
        },
      ],
    }),
  );
  if (listener?.ListenerArn === undefined) throw new Error('the fleet created no listener for the sample service');
  return listener.ListenerArn;
}

async function createLoadBalancer(elb: Clients['elb']): Promise<{ loadBalancerArn: string }> {
  const { LoadBalancers: [balancer] = [] } = await elb.send(
    new CreateLoadBalancerCommand({ Name: 'sample', Type: 'application', Subnets: ['subnet-1', 'subnet-2'] }),
  );
  if (balancer?.LoadBalancerArn === undefined)
    throw new Error('the fleet created no load balancer for the sample service');
  return { loadBalancerArn: balancer.LoadBalancerArn };
}

/** Health checks each second and a short drain, so that the sample moves at the pace of a demonstration. */
export async function createTargetGroup(elb: Clients['elb'], name: string): Promise<string> {
  const { TargetGroups: [group] = [] } = await elb.send(
    new CreateTargetGroupCommand({
      Name: name,
      Protocol: 'HTTP',
      Port: 8080,
      VpcId: 'vpc-1',
      TargetType: 'ip',
      HealthCheckPath: '/health',
      HealthCheckIntervalSeconds: 5,
      HealthCheckTimeoutSeconds: 2,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 2,
    }),
  );
  const arn = group?.TargetGroupArn;
  if (arn === undefined) throw new Error(`the fleet created no target group ${name}`);
  await elb.send(
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn: arn,
      Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '5' }],
    }),
  );
  return arn;
}
