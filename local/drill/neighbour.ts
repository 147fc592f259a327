import { CreateServiceCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { CreateRuleCommand, DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { setTimeout as sleep } from 'node:timers/promises';
import { versions } from '../../examples/web/versions.ts';
import { listenerOf } from '../../lib/drivers/rules/deleted-rules.ts';
import { pushImage } from '../sample/push-image.ts';
import { sample } from '../sample/sample-names.ts';
import { createTargetGroup } from '../sample/sample-service.ts';
import type { LocalStack } from '../stack/local-stack.ts';

const name = 'neighbour';
const servesWithinMs = 60_000;
/** The longest that a node of the local load balancer takes to obey a rule, and some more. */
const propagationMs = 11_000;

/**
 * Creates another team's service behind the same listener, which Sluice knows nothing of.
 * @returns its URL, once it answers
 * @throws Error where it does not answer within a minute
 */
export async function createNeighbour({ clients, service }: LocalStack): Promise<string> {
  const { ecs, elb } = clients;
  const { uri } = await pushImage(clients, versions.first);
  const targetGroupArn = await createTargetGroup(elb, name);
  const host = `${name}.localhost`;
  await elb.send(
    new CreateRuleCommand({
      ListenerArn: listenerOf(service.ruleArn),
      Priority: 50,
      Conditions: [{ Field: 'host-header', HostHeaderConfig: { Values: [host] } }],
      Actions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
    }),
  );
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: name,
      containerDefinitions: [
        { name: sample.container, image: uri, essential: true, portMappings: [{ containerPort: 8080 }] },
      ],
    }),
  );
  await ecs.send(
    new CreateServiceCommand({
      cluster: sample.cluster,
      serviceName: name,
      taskDefinition: taskDefinition?.taskDefinitionArn,
      desiredCount: sample.tasks,
      loadBalancers: [{ targetGroupArn, containerName: sample.container, containerPort: 8080 }],
    }),
  );
  const url = `http://${host}:${new URL(service.url).port}/`;
  await untilServing(elb, targetGroupArn);
  return url;
}

/** Healthy targets, and a rule that every node obeys: the balancer is given the ten seconds that it may take. */
async function untilServing(elb: LocalStack['clients']['elb'], TargetGroupArn: string): Promise<void> {
  const deadline = performance.now() + servesWithinMs;
  const propagated = performance.now() + propagationMs;
  for (;;) {
    const { TargetHealthDescriptions = [] } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    const healthy = TargetHealthDescriptions.filter(({ TargetHealth }) => TargetHealth?.State === 'healthy');
    if (healthy.length >= sample.tasks && performance.now() > propagated) return;
    if (performance.now() > deadline)
      throw new Error(`the neighbour has ${healthy.length} healthy targets after a minute`);
    await sleep(200);
  }
}
