import { CreateClusterCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { parse as parseYaml } from 'yaml';
import { applyTemplate } from '../../local/blocks/cloudformation.ts';
import { parseSpec } from '../../lib/specification/parse.ts';
import { cluster, createGroup, createListener, forward } from '../fleet/fleet-under-test.ts';
import type { FakeCli } from './cli-harness.ts';
import { addRule, addService, cliOn, type LiveService, removeRule, startLiveService } from './live-service.ts';

let live: LiveService;
let cli: FakeCli;

beforeAll(async () => {
  live = await startLiveService();
  await live.under.ecs.send(new CreateClusterCommand({ clusterName: cluster }));
});

afterAll(() => live.under.stop());

beforeEach(() => {
  cli = cliOn(live);
});

const network = () => ({ awsvpcConfiguration: { subnets: ['subnet-1', 'subnet-2'], securityGroups: ['sg-1'] } });

/** A service with one slot, as teams have it. */
async function oneSlot(name: string, priority: number) {
  const group = await createGroup(live.under, name, { HealthCheckPath: '/ready', Matcher: { HttpCode: '200-299' } });
  const byHost = [{ Field: 'host-header', Values: [`${name}.example.com`] }];
  const rule = await addRule(live.under, live.listener, priority, [forward([group, 1])], byHost);
  await addService(live.under, name, group, {
    launchType: 'FARGATE',
    networkConfiguration: network(),
  });
  return { group, rule };
}

/** Deploys what was written, as CloudFormation would. */
async function deploy(file: string): Promise<void> {
  const settings = {
    ...{ stackName: 'x', region: 'us-east-1', accountId: '000000000000', parameters: {} },
    ssm: (name: string) => Promise.resolve(name.endsWith('/a') ? '100' : '0'),
  };
  await applyTemplate(parseYaml(cli.files.get(file) ?? ''), settings, live.under);
}

describe('sluice init of a service with one slot', () => {
  test('writes the second one for CloudFormation, and the spec once it is deployed', async () => {
    const { group, rule } = await oneSlot('cart', 200);
    const { code, out, err } = await cli.run(`init --cluster ${cluster} --service cart --cloudformation`);

    expect({ code, out }).toEqual({
      code: 0,
      out: [
        'infrastructure/cart-b.yml: the second slot of cart (ECS service cart-b, 1 target group and 1 rule). Deploy it, then run init again:',
        '  aws ssm put-parameter --type String --name /sluice/production/weights/cart/a --value 100 --region us-east-1',
        '  aws ssm put-parameter --type String --name /sluice/production/weights/cart/b --value 0 --region us-east-1',
        '  aws cloudformation deploy --stack-name cart-b --template-file infrastructure/cart-b.yml --region us-east-1',
        `  sluice init --cluster ${cluster} --service cart`,
      ],
    });
    expect(err).toEqual([
      expect.stringContaining(`${rule} stays as it is: its requests meet the new rule of priority 199 first.`),
      expect.stringContaining('rollouts change both'),
    ]);
    await deploy('infrastructure/cart-b.yml');

    const again = await cli.run(`init --cluster ${cluster} --service cart --cloudformation --repository shop/web`);
    expect(again).toMatchObject({
      code: 0,
      out: [expect.stringContaining('rollouts/cart.yml: the spec of cart.'), expect.anything()],
    });
    const parsed = parseSpec(cli.files.get('rollouts/cart.yml') ?? '', 'cart.yml');
    expect(parsed).toMatchObject({
      ok: true,
      spec: {
        slots: { a: { service: 'cart', targetGroups: [group] }, b: { service: 'cart-b' } },
        traffic: [{ rule: expect.not.stringContaining(rule) }],
        healthPath: '/ready',
      },
    });
    expect(await cli.run('lint rollouts/cart.yml --live')).toMatchObject({ code: 0, out: [] });
  });

  test('takes the requests of a default action by a rule behind all others', async () => {
    const { under } = live;
    const group = await createGroup(under, 'front');
    const { arn: listener } = await createListener(under, live.balancer, forward([group, 1]));
    await addRule(under, listener, 40, [forward([live.groups.a, 100], [live.groups.b, 0])]);
    await addService(under, 'front', group, { launchType: 'FARGATE', networkConfiguration: network() });
    const { err } = await cli.run(`init --cluster ${cluster} --service front --cloudformation --out slot.yml`);
    await deploy('slot.yml');

    expect(err[0]).toContain(`The default action of ${listener} stays as it is`);
    expect(err.join('')).not.toContain('Take');
    expect(parseYaml(cli.files.get('slot.yml') ?? '')).toMatchObject({
      Resources: { Rule: { Properties: { ListenerArn: listener, Priority: 50_000 } } },
    });
    expect(await cli.run(`init --cluster ${cluster} --service front --repository shop/web`)).toMatchObject({ code: 0 });
    expect(cli.files.get('rollouts/front.yml')).toContain('- rule: ');
    expect(cli.files.get('rollouts/front.yml')).not.toContain('- listener: ');
    expect(await cli.run('lint rollouts/front.yml --live')).toMatchObject({ code: 0, out: [] });
  });

  test.each([
    ['rack', 'cdk', 'infrastructure/rack-b.ts', 'npx cdk deploy --app "node infrastructure/rack-b.ts" rack-b'],
    [
      'tray',
      'terraform',
      'infrastructure/tray-b/main.tf',
      'terraform -chdir=infrastructure/tray-b init && terraform -chdir=infrastructure/tray-b apply',
    ],
  ])('writes that of %s for %s, with how to deploy it', async (name, language, file, command) => {
    const { rule } = await oneSlot(name, 300);
    const { code, out } = await cli.run(`init --cluster ${cluster} --service ${name} --${language}`);

    expect(code).toBe(0);
    expect(out).toContain(`  ${command}`);
    expect(cli.files.get(file)).toContain(`${name}-b`);
    const json = await cli.run(`init --cluster ${cluster} --service ${name} --${language} --json --force`);
    expect(JSON.parse(json.out.join(''))).toMatchObject({ file, deploy: expect.arrayContaining([command]) });
    await removeRule(live.under, rule);
  });

  test('reads weights that rollouts write: those of the slot that the spec calls a are of the first name', async () => {
    const { rule } = await oneSlot('lane-b', 600);
    await cli.run(`init --cluster ${cluster} --service lane-b --cloudformation --stage staging`);
    const text = cli.files.get('infrastructure/lane-a.yml') ?? '';

    expect(text.indexOf('/sluice/staging/weights/lane/b}}')).toBeGreaterThan(0);
    expect(text.indexOf('/sluice/staging/weights/lane/a}}')).toBeGreaterThan(
      text.indexOf('/sluice/staging/weights/lane/b}}'),
    );
    await removeRule(live.under, rule);
  });

  test('writes nothing over a file that is there, and takes one language at a time', async () => {
    const { rule } = await oneSlot('till', 400);
    cli.files.set('infrastructure/till-b.yml', 'mine');

    expect(await cli.run(`init --cluster ${cluster} --service till --cloudformation`)).toMatchObject({
      code: 1,
      err: [expect.stringContaining('infrastructure/till-b.yml is there already; nothing was written.')],
    });
    expect(cli.files.get('infrastructure/till-b.yml')).toBe('mine');
    expect(await cli.run(`init --cluster ${cluster} --service till --cdk --terraform`)).toMatchObject({ code: 2 });
    await removeRule(live.under, rule);
  });

  test('refuses where another ECS service has the name of the second one', async () => {
    const { rule } = await oneSlot('desk', 500);
    const elsewhere = await createGroup(live.under, 'elsewhere');
    const other = await addRule(live.under, live.listener, 501, [forward([elsewhere, 1])]);
    await addService(live.under, 'desk-b', elsewhere);

    expect(await cli.run(`init --cluster ${cluster} --service desk --cdk`)).toMatchObject({
      code: 1,
      err: [expect.stringContaining('ECS service desk-b is there already, and stands beside desk in no rule.')],
    });
    await removeRule(live.under, rule);
    await removeRule(live.under, other);
  });
});
