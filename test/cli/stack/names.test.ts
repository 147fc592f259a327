import { describe, expect, test } from '@jest/globals';
import {
  renderStack,
  stackTemplate,
  type PackagedStack,
  type StackTemplate,
} from '../../../lib/cli/stack/stack-template.ts';
import { patternOf } from '../../../serverless/name-slots.cjs';
import { FakeCli, webSpec } from '../cli-harness.ts';
import { samplePackage } from '../fake-deployment.ts';

const deploy = 'stack deploy --stage production --region eu-west-1';
const lists = ['Balancers', 'Clusters', 'TaskDefinitions', 'TaskRoles'];

const arn = (rest: string) => `arn:\${AWS::Partition}:${rest}`;
const allow = (Action: unknown, Resource: unknown, Condition?: unknown) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition !== undefined && { Condition }),
});
const toTasks = { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } };
const slot = (list: string, text: string) => ({
  'Fn::Sub': [text, { Name: { 'Fn::Select': ['0', { 'Fn::Split': [',', { Ref: list }] }] } }],
});

function withRole(statements: readonly object[], parameters: object): PackagedStack {
  const sample = samplePackage();
  const role = { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyDocument: { Statement: statements } }] } };
  const { template } = sample;
  return {
    ...sample,
    template: stackTemplate.parse({
      ...template,
      Parameters: { ...template.Parameters, ...parameters },
      Resources: { ...template.Resources, Role: role },
    }),
  };
}

/** As a version before this one packaged it: the names are in the policies. */
const before = (narrowed: boolean) =>
  withRole(
    [
      allow(
        ['elasticloadbalancing:ModifyRule', 'elasticloadbalancing:ModifyListener'],
        (narrowed ? ['app/shop', 'app/search'] : ['app']).flatMap((name) => [
          { 'Fn::Sub': arn(`elasticloadbalancing:\${AWS::Region}:\${AWS::AccountId}:listener/${name}/*`) },
          { 'Fn::Sub': arn(`elasticloadbalancing:\${AWS::Region}:\${AWS::AccountId}:listener-rule/${name}/*`) },
        ]),
      ),
      allow('ecs:UpdateService', [{ 'Fn::Sub': arn(`ecs:x:y:service/${narrowed ? 'main/' : ''}*`) }]),
      allow('ecs:RegisterTaskDefinition', [{ 'Fn::Sub': arn(`ecs:x:y:task-definition/${narrowed ? 'web:' : ''}*`) }]),
      allow('iam:PassRole', [{ 'Fn::Sub': arn(`iam::y:role/${narrowed ? 'services/shop/*' : '*'}`) }], toTasks),
      allow('iam:PassRole', { 'Fn::GetAtt': ['GuardRole', 'Arn'] }),
    ],
    {},
  );

/** As this version packages it: the names are parameters. */
const now = () =>
  withRole(
    [allow('elasticloadbalancing:ModifyRule', [slot('Balancers', arn('elb:x:y:listener-rule/app/${Name}/*'))])],
    Object.fromEntries(lists.map((name) => [name, { Type: 'String', Default: '*', AllowedPattern: patternOf(name) }])),
  );

async function stage(...packages: readonly PackagedStack[]): Promise<FakeCli> {
  const cli = new FakeCli();
  for (const packaged of packages) {
    cli.packaged = packaged;
    expect((await cli.run(deploy)).code).toBe(0);
  }
  return cli;
}

const parametersOf = async (cli: FakeCli) => (await cli.deployment.describe())?.parameters;

describe('the names of what a stage may change', () => {
  test('are everything of the account where nobody says otherwise', async () => {
    const cli = await stage(now());

    expect(await parametersOf(cli)).toMatchObject(Object.fromEntries(lists.map((name) => [name, '*'])));
  });

  test('are given on the command line, one resource of the policies each, and kept by later deployments', async () => {
    const cli = await stage(now());
    expect((await cli.run(`${deploy} --parameter Balancers=shop,search`)).code).toBe(0);
    expect((await cli.run(deploy)).out).toEqual(['Stack sluice-production is up to date.']);

    expect(await parametersOf(cli)).toMatchObject({ Balancers: 'shop,search', Clusters: '*' });
    const text = JSON.stringify((await cli.deployment.template()).Resources['Role']);
    expect([...text.matchAll(/"Fn::Select":\["(\d)"/g)].map(([, index]) => index)).toEqual(['0', '1']);
  });

  test('of another number are taken with another template alone, so that none is lost unnoticed', async () => {
    const cli = await stage(now());
    await cli.run(`${deploy} --parameter Balancers=shop,search`);
    const { AllowedPattern = '' } = (await cli.deployment.template()).Parameters['Balancers'] ?? {};
    const takes = (value: string) => new RegExp(`^(?:${AllowedPattern})$`).test(value);

    expect(['a,b', 'a', 'a,b,c', '*'].map(takes)).toEqual([true, false, false, false]);
  });

  test.each(['Balancers=shop*', 'Balancers=', 'Balancers=shop,', 'Balancers=a:b', 'Clusters=*,main', 'TaskRoles=a*'])(
    '%s is refused before anything is changed',
    async (value) => {
      const cli = await stage(now());
      const { length } = cli.deployment.prepared;

      expect(await cli.run([...deploy.split(' '), '--parameter', value])).toMatchObject({ code: 2 });
      expect(cli.deployment.prepared).toHaveLength(length);
    },
  );
});

/** As this version packages it, with a chapter whose role has slots, too. */
function withChapter(values: Readonly<Record<string, string>>) {
  const packaged = withRole(
    [
      allow('ecs:UpdateService', [slot('Clusters', arn('ecs:x:y:service/${Name}/*'))]),
      allow('ecs:RunTask', [slot('TaskDefinitions', arn('ecs:x:y:task-definition/${Name}:*'))], {
        ArnLike: { 'ecs:cluster': [slot('Clusters', arn('ecs:x:y:cluster/${Name}'))] },
      }),
    ],
    now().template.Parameters,
  );
  const { Role: role } = packaged.template.Resources;
  const template = stackTemplate.parse({
    ...packaged.template,
    Resources: { ...packaged.template.Resources, ChapterRole: role },
  });
  const chapters = { Chapter: { functions: [], resources: ['ChapterRole'] } };
  const { root, nested } = renderStack(
    { template, packagedFor: 'production', chapters },
    { Stage: 'production', ...values },
    'eu-west-1',
    undefined,
  );
  return [root, ...Object.values(nested).map((text) => stackTemplate.parse(JSON.parse(text)))] as const;
}

const defaultsOutside = ({ Parameters }: StackTemplate) =>
  Object.entries(Parameters)
    .filter(([, { Default, AllowedPattern }]) => Default !== undefined && AllowedPattern !== undefined)
    .filter(([, { Default, AllowedPattern = '' }]) => !new RegExp(`^(?:${AllowedPattern})$`).test(String(Default)))
    .map(([name]) => name);

describe('what is deployed, in the root and in a nested stack', () => {
  test.each(['*', 'main', 'main,jobs', 'main,jobs,more'])(
    'has defaults that its own patterns take, for clusters %s',
    (Clusters) => {
      const stacks = withChapter({ Clusters, Balancers: Clusters });

      expect(stacks).toHaveLength(2);
      expect(stacks.map(defaultsOutside)).toEqual([[], []]);
      for (const { Parameters } of stacks) expect(Parameters['Clusters']).toMatchObject({ Default: Clusters });
    },
  );

  test('lets all clusters be with ARNs that name none, and takes a name by another template alone', () => {
    for (const [stack, role] of withChapter({}).map((one, n) => [one, n === 0 ? 'Role' : 'ChapterRole'] as const)) {
      const text = JSON.stringify(stack.Resources[role]);

      expect(text).toContain('{"Fn::Sub":"arn:${AWS::Partition}:ecs:x:y:service/*"}');
      expect(text).toContain('ecs:x:y:cluster/${Name}');
      expect(stack.Parameters['Clusters']?.AllowedPattern).toBe('\\*');
    }
    for (const { Resources } of withChapter({ Clusters: 'main' }))
      expect(JSON.stringify(Resources)).not.toContain('service/*');
  });
});

describe('a stage that an earlier version narrowed from a clone', () => {
  const kept = { Balancers: 'shop,search', Clusters: 'main', TaskDefinitions: 'web', TaskRoles: 'services/shop/*' };

  test('is not widened: the names become parameters, and it is said', async () => {
    const cli = await stage(before(true));
    cli.packaged = now();

    const { err } = await cli.run(deploy);

    expect(err.join('\n')).toContain('was packaged with shop,search; it keeps that as parameter Balancers');
    expect(await parametersOf(cli)).toMatchObject(kept);
    await cli.run(deploy);
    expect(await parametersOf(cli)).toMatchObject(kept);
  });

  test('is widened by who says so', async () => {
    const cli = await stage(before(true));
    cli.packaged = now();
    await cli.run(`${deploy} --parameter Balancers=* --parameter Clusters=main,jobs`);

    expect(await parametersOf(cli)).toMatchObject({ ...kept, Balancers: '*', Clusters: 'main,jobs' });
  });

  test('keeps everything where it had everything', async () => {
    const cli = await stage(before(false), now());

    expect(await parametersOf(cli)).toMatchObject(Object.fromEntries(lists.map((name) => [name, '*'])));
  });
});

describe('names without what an applied spec needs', () => {
  test.each([
    ['Balancers=other', 'the spec of web: load balancer public (parameter Balancers)'],
    ['Clusters=other', 'the spec of web: cluster production (parameter Clusters)'],
  ])('%s is refused, unless it is told to do it anyway', async (value, says) => {
    const cli = await stage(now());
    await cli.store.putSpec(webSpec(), 'ada', '2026-03-01T09:00:00.000Z');

    const refused = await cli.run(`${deploy} --parameter ${value}`);

    expect(refused.code).toBe(1);
    expect(refused.err.join('\n')).toContain(says);
    expect(await parametersOf(cli)).toMatchObject({ Balancers: '*', Clusters: '*' });
    expect((await cli.run(`${deploy} --parameter Balancers=public,x --parameter Clusters=production`)).code).toBe(0);
    expect((await cli.run(`${deploy} --parameter ${value} --anyway`)).code).toBe(0);
  });

  test('of tasks are refused where ECS does not answer', async () => {
    const cli = await stage(now());
    await cli.store.putSpec(webSpec(), 'ada', '2026-03-01T09:00:00.000Z');

    const { code, err } = await cli.run(`${deploy} --parameter TaskRoles=web`);

    expect(code).toBe(1);
    expect(err.join('\n')).toContain('could not be found out (There is nothing to look at.)');
  });

  test('Secrets with another path is held against what the spec reads', async () => {
    const sample = now();
    const Parameters = { ...sample.template.Parameters, Secrets: { Default: '' } };
    const cli = await stage({ ...sample, template: { ...sample.template, Parameters } });
    const spec = webSpec();
    const token = 'ssm:/sluice/production/token';
    const channels = [{ name: 'chat', type: 'slack', token, channel: 'C0123456789', buttons: false } as const];
    await cli.store.putSpec(
      { ...spec, notifications: { ...spec.notifications, channels } },
      'ada',
      '2026-03-01T09:00:00Z',
    );

    const { err } = await cli.run(`${deploy} --parameter Secrets=sluice/other`);

    expect(err.join('\n')).toContain('the spec of web: secret sluice/production/token (parameter Secrets)');
    expect((await cli.run(`${deploy} --parameter Secrets=sluice/production`)).code).toBe(0);
  });

  test('say which rollout under way needs them', async () => {
    const cli = await stage(now());
    await cli.store.putSpec(webSpec(), 'ada', '2026-03-01T09:00:00.000Z');
    await cli.open('web-20260301-100000-3f9a1c');

    const { err } = await cli.run(`${deploy} --parameter Balancers=other`);

    expect(err.join('\n')).toContain('rollout web-20260301-100000-3f9a1c: load balancer public');
  });

  test('are refused where the record cannot be read', async () => {
    const cli = await stage(now());
    cli.store.services = () => Promise.reject(new Error('the table does not answer'));

    const { code, err } = await cli.run(`${deploy} --parameter Balancers=other`);

    expect(code).toBe(1);
    expect(err.join('\n')).toContain('could not be found out (the table does not answer)');
    expect(await parametersOf(cli)).toMatchObject({ Balancers: '*' });
  });
});
