import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { CreateServiceCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateRuleCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { versions } from '../../examples/web/versions.ts';
import { applyModule } from '../../local/blocks/terraform.ts';
import { readModule } from '../../local/blocks/terraform-module.ts';
import { freePort } from '../../local/process/free-port.ts';
import { pushImage } from '../../local/sample/push-image.ts';
import { sample } from '../../local/sample/sample-names.ts';
import { createTargetGroup } from '../../local/sample/sample-service.ts';
import { projectRoot } from '../../local/stack/project-root.ts';
import { localStage } from '../../local/stack/stage.ts';
import { python } from '../second-opinions/python.ts';
import { eventually } from '../setup/eventually.ts';
import { CommandLine, type Ran } from './command-line.ts';
import { DeployedStack } from './deployed-stack.ts';

/** The service of a team: one ECS service behind one rule, as it was before it met Sluice. */
const service = 'shop';

let deployed: DeployedStack;
let cli: CommandLine;
let url: string;
let listener: string;

beforeAll(async () => {
  deployed = await DeployedStack.start({ requestsPerSecond: 5, maxSeconds: 3600 });
  cli = await CommandLine.beside(deployed);
  await makeService();
}, 1_200_000);

afterAll(async () => {
  await deployed.stop();
  await cli.remove();
}, 1_200_000);

async function makeService(): Promise<void> {
  const { ecs, elb } = deployed.stack.clients;
  const { LoadBalancers: [balancer] = [] } = await elb.send(new DescribeLoadBalancersCommand({}));
  const port = await freePort();
  const { Listeners: [made] = [] } = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: balancer?.LoadBalancerArn,
      Protocol: 'HTTP',
      Port: port,
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    }),
  );
  listener = made?.ListenerArn ?? '';
  url = `http://127.0.0.1:${port}/`;
  const targetGroupArn = await createTargetGroup(elb, service);
  await elb.send(
    new CreateRuleCommand({
      ListenerArn: listener,
      Priority: 100,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }],
      Actions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
    }),
  );
  const image = await pushImage(deployed.stack.clients, versions.first);
  await pushImage(deployed.stack.clients, versions.good);
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: service,
      containerDefinitions: [
        { name: 'app', image: image.uri, essential: true, portMappings: [{ containerPort: 8080 }] },
      ],
    }),
  );
  await ecs.send(
    new CreateServiceCommand({
      ...{ cluster: sample.cluster, serviceName: service, desiredCount: 2, launchType: 'FARGATE' },
      taskDefinition: taskDefinition?.taskDefinitionArn,
      loadBalancers: [{ targetGroupArn, containerName: 'app', containerPort: 8080 }],
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1', 'subnet-2'], securityGroups: ['sg-1'] } },
    }),
  );
  await eventually('the service answers', async () => (await versionNow()) === versions.first.tag);
}

const answer = z.looseObject({ version: z.string() });

/** The version that answers users; nothing where none does. */
async function versionNow(): Promise<string | undefined> {
  const response = await fetch(url);
  return response.ok ? answer.parse(await response.json()).version : undefined;
}

/** The README's commands for a service in an account, with this service and this stack in place of the example's. */
async function commands(): Promise<readonly string[]> {
  const readme = await readFile(path.join(projectRoot, 'README.md'), 'utf8');
  const [, block = ''] = /## In your account\n.*?```\n(.*?)```/s.exec(readme) ?? [];
  return block.split('\n').flatMap((line) => {
    const [command = ''] = line.split(' #');
    const own = command
      .replaceAll('eu-west-1', deployed.stack.aws.region)
      .replaceAll('production', localStage)
      .replaceAll('--cluster main', `--cluster ${sample.cluster}`)
      .replaceAll(/\bweb\b/g, service)
      .trim();
    return own === '' ? [] : [own];
  });
}

const sluiceOf = (command: string | undefined): Promise<Ran> =>
  cli.sluice(...(command ?? '').replace('npx --no sluice ', '').split(' '));

/** Does what the command of Terraform does. */
async function applyCode(command: string): Promise<void> {
  const [, folder = ''] = /^terraform -chdir=(\S+) init && terraform -chdir=\1 apply$/.exec(command) ?? [];
  const module = await readModule(path.join(cli.folder, folder), python());
  await applyModule(module, { accountId: deployed.stack.aws.accountId, variables: {} }, deployed.stack.clients);
}

/** How the users of the service are divided, by the weights of the rule that takes their requests. */
async function weights(): Promise<readonly (number | undefined)[]> {
  const { Rules = [] } = await deployed.stack.clients.elb.send(new DescribeRulesCommand({ ListenerArn: listener }));
  const first = Rules.toSorted((one, other) => Number(one.Priority) - Number(other.Priority)).find(
    ({ Actions: [action] = [], Conditions = [] }) =>
      (action?.ForwardConfig?.TargetGroups ?? []).length === 2 &&
      Conditions.every(({ Field }) => Field === 'path-pattern'),
  );
  return (first?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? []).map(({ Weight }) => Weight);
}

describe('the six commands of the README, typed for a service in one slot', () => {
  test('lead to a rollout that is protected: it goes back when it is told to', async () => {
    const [deploy, init, template, spec, apply, start, ...others] = await commands();
    expect(others).toEqual([]);
    // The stack is there: test/package deploys it by this command.
    expect(deploy).toBe(`npx --no sluice stack deploy --stage ${localStage} --region ${deployed.stack.aws.region}`);

    const written = await sluiceOf(init);
    expect(written).toMatchObject({ code: 0 });
    expect(written.out).toContain(template);
    await applyCode(template ?? '');
    expect(await sluiceOf(spec)).toMatchObject({ code: 0 });
    // It has warnings alone: nobody sends the service requests here.
    expect(await sluiceOf(`lint rollouts/${service}.yml --live`)).toMatchObject({ code: 0 });
    expect(await sluiceOf(`${apply ?? ''} --yes`)).toMatchObject({ code: 0 });
    const started = sluiceOf(start);
    await eventually('green gets users', async () => (await weights()).some((one) => one !== 100 && one !== 0), 600);
    expect(await sluiceOf(`rollback ${service} --reason rehearsed --yes --wait --stage ${localStage}`)).toMatchObject({
      code: 0,
    });

    expect((await started).code).toBe(1);
    expect(await weights()).toEqual([100, 0]);
    await eventually('the first version answers alone', async () => (await versionNow()) === versions.first.tag);
  }, 1_200_000);
});
