import { CreateClusterCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { awsServiceLook } from '../../lib/drivers/slots/aws-service-look.ts';
import type { ServiceFacts } from '../../lib/drivers/service-look.ts';
import { parseDocument } from 'yaml';
import { parseSpec } from '../../lib/specification/parse.ts';
import { cluster, createGroup, createListener, createLoadBalancer, forward, named } from '../fleet/fleet-under-test.ts';
import type { FakeCli } from './cli-harness.ts';
import { addRule, addService, cliOn, type LiveService, removeRule, startLiveService } from './live-service.ts';

let live: LiveService;
let cli: FakeCli;
let taskDefinition: string;

beforeAll(async () => {
  live = await startLiveService();
  taskDefinition = await register('111122223333.dkr.ecr.us-east-1.amazonaws.com/shop/web:412-9f8d111');
});

afterAll(() => live.under.stop());

beforeEach(() => {
  cli = cliOn(live);
});

async function register(image: string): Promise<string> {
  const { taskDefinition: registered } = await live.under.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'shop',
      containerDefinitions: [
        { name: 'proxy', image: 'registry.test/proxy:1' },
        { name: 'app', image, portMappings: [{ containerPort: 8080 }] },
      ],
    }),
  );
  return named(registered?.taskDefinitionArn);
}

/** Two slots with a rule of their own. */
async function shop(name: string, settings: { image?: string; healthPath?: string } = {}) {
  const { under, listener } = live;
  const definition = settings.image === undefined ? taskDefinition : await register(settings.image);
  const health = settings.healthPath === undefined ? {} : { HealthCheckPath: settings.healthPath };
  const groups = [
    await createGroup(under, `${name}-a`, health),
    await createGroup(under, `${name}-b`, health),
  ] as const;
  const priority = 100 + name.length * 7 + name.charCodeAt(0);
  // By host: the health request names it.
  const byHost = [{ Field: 'host-header', Values: [`${name}.example.com`] }];
  const rule = await addRule(under, listener, priority, [forward([groups[0], 100], [groups[1], 0])], byHost);
  await addService(under, `${name}-a`, groups[0], { taskDefinition: definition });
  await addService(under, `${name}-b`, groups[1], { taskDefinition: definition });
  return { groups, rule };
}

/** What was written, as a spec. */
function specIn(file: string) {
  const parsed = parseSpec(cli.files.get(file) ?? '', file);
  return parsed.ok ? parsed.spec : parsed.findings;
}

describe('sluice init', () => {
  test('writes the spec of a service with two slots, which lint has nothing to say about', async () => {
    const { groups, rule } = await shop('cart', { healthPath: '/ready' });
    const { code, out, err } = await cli.run(`init --cluster ${cluster} --service cart-b`);

    expect({ code, out, err }).toEqual({
      code: 0,
      out: [
        'rollouts/cart.yml: the spec of cart. Next: sluice plan rollouts/cart.yml',
        'Load balancer app/front has 2 of 100 rules (98 left) and 4 of 100 target groups (96 left)',
      ],
      err: [],
    });
    expect(specIn('rollouts/cart.yml')).toMatchObject({
      service: 'cart',
      cluster,
      container: 'app',
      image: { repository: 'shop/web' },
      slots: {
        a: { service: 'cart-a', targetGroups: [groups[0]] },
        b: { service: 'cart-b', targetGroups: [groups[1]] },
      },
      traffic: [{ rule }],
      healthPath: '/ready',
      preset: 'web',
    });
    expect(await cli.run('lint rollouts/cart.yml --live')).toEqual({
      ...{ code: 0, out: [] },
      err: ['1 spec checked, nothing to report.'],
    });
    expect((await cli.run('plan rollouts/cart.yml')).code).toBe(0);
  });

  test('names listeners whose default action forwards to the slots, and every rule', async () => {
    await cli.run(`init --cluster ${cluster} --service web-a --out web.yml --repository shop/web`);

    expect(specIn('web.yml')).toMatchObject({
      service: 'web',
      traffic: expect.arrayContaining([{ listener: live.listener }, { rule: live.rule }]),
    });
  });

  test('takes what is written over only where it may', async () => {
    cli.files.set('rollouts/web.yml', 'mine');
    const refused = await cli.run(`init --cluster ${cluster} --service web-a`);

    expect(refused).toMatchObject({ code: 1, out: [] });
    expect(refused.err.at(-1)).toContain('rollouts/web.yml is there already; nothing was written.');
    expect(cli.files.get('rollouts/web.yml')).toBe('mine');
    expect((await cli.run(`init --cluster ${cluster} --service web-a --force`)).code).toBe(0);
    expect(specIn('rollouts/web.yml')).toMatchObject({ service: 'web' });
  });

  test('prints to stdout where it is told to, and JSON with what is left to do', async () => {
    const { out } = await cli.run(`init --cluster ${cluster} --service web-a --out -`);
    expect(out.join('\n')).toMatch(/^# The rollout spec of web,.*\n.*\nservice: web\n/);
    expect(cli.files.size).toBe(0);

    const json = await cli.run(`init --cluster ${cluster} --service web-a --out x.yml --json`);
    expect(JSON.parse(json.out.join(''))).toMatchObject({
      file: 'x.yml',
      service: 'web',
      notes: [expect.stringContaining('is not in ECR'), expect.stringContaining('is tagged one')],
      findings: [],
    });
  });

  test.each([
    ['another account', 'acc', '999988887777.dkr.ecr.us-east-1.amazonaws.com'],
    ['another region', 'reg', '000000000000.dkr.ecr.eu-central-1.amazonaws.com'],
    ['both, by a name that resolves to IPv6', 'dual', '999988887777.dkr-ecr.eu-central-1.on.aws'],
  ])('takes images from the registry of %s where the one that runs comes from there', async (_, name, registry) => {
    await shop(name, { image: `${registry}/platform/web:412-9f8d111` });
    const { err } = await cli.run(`init --cluster ${cluster} --service ${name}-a --out ${name}.yml`);

    expect(err).toEqual([]);
    expect(specIn(`${name}.yml`)).toMatchObject({ image: { repository: 'platform/web', registry } });
    expect(await cli.run(`lint ${name}.yml --live`)).toMatchObject({ code: 0, out: [] });

    cli.files.set('own.yml', (cli.files.get(`${name}.yml`) ?? '').replace(/ *registry: .*\n/, ''));
    expect(await cli.run('lint own.yml --live')).toMatchObject({
      code: 1,
      out: [
        expect.stringContaining(
          `runs ${registry}/platform/web:412-9f8d111, but the spec takes platform/web from the registry of account 000000000000 in us-east-1, expected image.registry: ${registry} if that is meant`,
        ),
      ],
    });
  });

  test('names no registry where it is the one of the account and region of the service', async () => {
    await shop('home', { image: '000000000000.dkr.ecr.us-east-1.amazonaws.com/shop/web:412-9f8d111' });
    await cli.run(`init --cluster ${cluster} --service home-a --out home.yml`);

    expect(cli.files.get('home.yml')).not.toContain('registry');
  });

  test('says why images of ECR Public cannot be rolled out from there', async () => {
    await shop('open', { image: 'public.ecr.aws/nginx/nginx:1-9f8d111' });
    const { err } = await cli.run(`init --cluster ${cluster} --service open-a --out open.yml`);

    expect(err.join('\n')).toMatch(/is not in ECR; .* public\.ecr\.aws is Amazon ECR Public: it announces no pushes/);
  });

  test('pairs target groups that stand in the same rules', async () => {
    const { under } = live;
    const [pa, pb, ia, ib] = [
      await createGroup(under, 'pay-a'),
      await createGroup(under, 'pay-b'),
      await createGroup(under, 'pay-ia'),
      await createGroup(under, 'pay-ib'),
    ];
    await addRule(under, live.listener, 900, [forward([pa, 100], [pb, 0])]);
    await createListener(under, await createLoadBalancer(under, 'inner'), forward([ia, 100], [ib, 0]));
    const bind = (...groups: string[]) => ({
      taskDefinition,
      loadBalancers: groups.map((targetGroupArn) => ({ targetGroupArn, containerName: 'app', containerPort: 8080 })),
    });
    await addService(under, 'pay-a', pa, bind(pa, ia));
    await addService(under, 'pay-b', pb, bind(ib, pb));
    await cli.run(`init --cluster ${cluster} --service pay-a`);

    expect(specIn('rollouts/pay.yml')).toMatchObject({
      slots: { a: { targetGroups: [pa, ia] }, b: { targetGroups: [pb, ib] } },
    });
  });

  test('a service whose names have capitals gets a name without, and keeps its own in `slots`', async () => {
    await shop('ShopFront');
    const { code } = await cli.run(`init --cluster ${cluster} --service ShopFront-a`);

    expect(code).toBe(0);
    expect(specIn('rollouts/shopfront.yml')).toMatchObject({
      service: 'shopfront',
      slots: { a: { service: 'ShopFront-a' }, b: { service: 'ShopFront-b' } },
    });
  });

  test.each([
    [
      'github',
      '.github/workflows/deploy.yml',
      ['  basket:', 'service: basket', 'region: us-east-1', ':000000000000:role/deploy-basket'],
    ],
    [
      'gitlab',
      '.gitlab-ci.yml',
      ['SERVICE: basket', 'REGISTRY: 111122223333.dkr.ecr.us-east-1.amazonaws.com', 'roll-out-basket'],
    ],
    ['codepipeline', 'pipeline.yml', ['Default: basket', 'Default: shop/web']],
  ])('writes a pipeline of %s beside the spec, all files or none', async (kind, file, parts) => {
    if (kind === 'github') await shop('basket');
    const made = await cli.run(`init --cluster ${cluster} --service basket-a --ci ${kind}`);

    expect(made).toMatchObject({ code: 0, err: [] });
    expect(made.out.join('\n')).toContain(file);
    for (const part of parts) expect(cli.files.get(file)).toContain(part);
    for (const [name, text] of cli.files)
      expect({ name, text }).not.toMatchObject({ text: expect.stringMatching(/eu-west-1|deploy-web/) });
    const documents = [...cli.files].flatMap(([name, text]) => (name.endsWith('yml') ? [parseDocument(text)] : []));
    expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
    cli.files.delete('rollouts/basket.yml');
    cli.files.delete(file);
    const kept = new Map(cli.files);
    const refused = await cli.run(`init --cluster ${cluster} --service basket-a --ci ${kind}`);
    expect(refused.err.at(-1)).toContain('there already; nothing was written.');
    expect(cli.files).toEqual(kept);
  });

  test('notes a tag that pushes would be missed by', async () => {
    await shop('tagged', { image: '111122223333.dkr.ecr.us-east-1.amazonaws.com/shop/web:v1.2.3' });
    const { err } = await cli.run(`init --cluster ${cluster} --service tagged-a`);

    expect(err).toEqual([
      expect.stringMatching(/^note: what runs is tagged v1\.2\.3, which image\.tagPattern .* does not match/),
    ]);
  });

  test('says what a service with one slot lacks, and how to get it', async () => {
    const { under, listener } = live;
    const group = await createGroup(under, 'lone-blue');
    const rule = await addRule(under, listener, 700, [forward([group, 1])]);
    await addService(under, 'lone-blue', group, { taskDefinition });
    const { code, out, err } = await cli.run(`init --cluster ${cluster} --service lone-blue`);

    expect({ code, out, files: cli.files.size }).toEqual({ code: 1, out: [], files: 0 });
    for (const part of [
      'Missing is a second ECS service with a target group of its own.',
      'target groups (',
      'such as lone-green;',
      `2. it in rule ${rule}, with weight 0 beside lone-blue with weight 100`,
      `task definition ${taskDefinition}, desired count 0, container app, port 8080`,
      `Then: sluice init --cluster ${cluster} --service lone-blue.`,
    ])
      expect(err.join('\n')).toContain(part);
    await removeRule(under, rule);
  });

  test('with the second slot named it writes the spec, and says what is left to do', async () => {
    const { under, listener } = live;
    const [a, b] = [await createGroup(under, 'half-a'), await createGroup(under, 'half-b')];
    const elsewhere = await addRule(under, listener, 710, [forward([b, 1])]);
    await addRule(under, listener, 711, [forward([a, 1])], [{ Field: 'host-header', Values: ['half.example.com'] }]);
    await addService(under, 'half-a', a, { taskDefinition });
    await addService(under, 'half-b', b, { taskDefinition });
    await removeRule(under, elsewhere);
    const { code, out, err } = await cli.run(`init --cluster ${cluster} --service half-a --other half-b`);

    expect(code).toBe(0);
    expect(out).toEqual([
      expect.stringContaining('Next: correct what is reported, then sluice lint rollouts/half.yml --live'),
      expect.stringMatching(/^Load balancer app\/front has \d+ of 100 rules \(\d+ left\) and 23 of 100 target groups/),
    ]);
    expect(err).toEqual([
      expect.stringMatching(/^rollouts\/half\.yml:\d+:\d+: it does not name a target group of slot b/),
    ]);
  });

  test.each<[string, string, string]>([
    ['a cluster that is not there', '--cluster none --service web-a', 'ECS cluster none is not there. Check --cluster'],
    ['a service that is not there', `--cluster ${cluster} --service wep-a`, 'has no active ECS service wep-a (it has '],
    ['a near name', `--cluster ${cluster} --service wep-a`, 'Did you mean web-a?'],
    [
      'a container that is not there',
      `--cluster ${cluster} --service web-a --container x`,
      'Name one with --container: app',
    ],
    [
      'a second slot that is not there',
      `--cluster ${cluster} --service web-a --other zzzzzz`,
      'has no active ECS service zzzzzz',
    ],
    [
      'a name that no service may have',
      `--cluster ${cluster} --service web-a --name A!`,
      'rollouts/A!.yml:3:10: service is',
    ],
  ])('%s is refused with what to do, and nothing is written', async (_, options, message) => {
    const { code, out, err } = await cli.run(`init ${options}`);

    expect({ code, out, files: cli.files.size }).toEqual({ code: 1, out: [], files: 0 });
    expect(err.join('\n')).toContain(message);
  });

  test.each<[string, Partial<ServiceFacts>, string]>([
    ['a worker', { bindings: [] }, 'registers with no target group: there is no traffic to split.'],
    [
      'another controller',
      { controller: 'CODE_DEPLOY' },
      'is deployed by CODE_DEPLOY; Sluice needs the deployment controller ECS',
    ],
    ['a daemon', { scheduling: 'DAEMON' }, 'is scheduled as DAEMON'],
  ])('%s is refused with the reason', async (_, changes, message) => {
    const look = awsServiceLook(live.under.ecs, live.under.elb, live.scaling);
    cli.looks = {
      ...look,
      services: async (name, names) =>
        (await look.services(name, names)).map((facts) => facts && { ...facts, ...changes }),
    };

    expect((await cli.run(`init --cluster ${cluster} --service web-a`)).err.join('')).toContain(message);
  });

  test('a Network Load Balancer is refused with the reason', async () => {
    const look = awsServiceLook(live.under.ecs, live.under.elb, live.scaling);
    const balancer = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/net/front/0123456789abcdef';
    cli.looks = {
      ...look,
      targetGroups: (arns) =>
        Promise.resolve(arns.map((arn) => ({ arn, name: 'x', loadBalancers: [balancer], healthPath: undefined }))),
    };

    expect((await cli.run(`init --cluster ${cluster} --service web-a`)).err.join('')).toContain(
      'Sluice needs an Application Load Balancer.',
    );
  });

  test('an empty cluster says that it has no service', async () => {
    await live.under.ecs.send(new CreateClusterCommand({ clusterName: 'empty' }));

    expect((await cli.run('init --cluster empty --service web')).err.join('')).toContain('(it has none)');
  });

  test.each(['init', `init --cluster ${cluster}`, 'init --service web'])('`%s` is written wrong', async (args) => {
    expect(await cli.run(args)).toMatchObject({ code: 2, out: [] });
  });
});
