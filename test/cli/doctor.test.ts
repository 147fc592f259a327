import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import type { AccountFacts, Ask } from '../../lib/cli/doctor/account-facts.ts';
import { grantsOf } from '../../lib/cli/doctor/asking.ts';
import { shellWord } from '../../lib/cli/doctor/diagnosis.ts';
import { parseSpec } from '../../lib/specification/parse.ts';
import { openedEvent } from '../contract/opened-event.ts';
import type { FakeCli } from './cli-harness.ts';
import { cliOn, type LiveService, specOf, startLiveService } from './live-service.ts';

let live: LiveService;
let cli: FakeCli;

beforeAll(async () => {
  live = await startLiveService();
});

afterAll(() => live.under.stop());

const grace = 'arn:aws:iam::111122223333:user/people/grace';
const refusal = (name: string) => Object.assign(new Error('no identity-based policy allows it'), { name });

/** Whom IAM refuses what; everything else is allowed. */
let refused: (principal: string, ask: Ask) => 'policy' | 'boundary' | 'organization' | undefined;
let account: { -readonly [Call in keyof AccountFacts]: AccountFacts[Call] };

const roles = [
  'ProvisionGreenIamRoleLambdaExecution',
  'ShiftTrafficIamRoleLambdaExecution',
  'RestoreTrafficIamRoleLambdaExecution',
  'AnalyseGreenIamRoleLambdaExecution',
  'RollbackMachineRole',
];

beforeEach(async () => {
  cli = cliOn(live);
  refused = () => undefined;
  account = {
    caller: () => Promise.resolve({ account: '111122223333', principal: grace }),
    region: () => Promise.resolve('eu-west-1'),
    concurrency: () => Promise.resolve({ most: 1000, unreserved: 1000 }),
    roleArn: (name) => Promise.resolve(`arn:aws:iam::111122223333:role/${name}`),
    decisions: (principal, asks) =>
      Promise.resolve(
        asks.map((ask) => {
          const by = refused(principal, ask);
          return { ask, allowed: by === undefined, by };
        }),
      ),
    trails: () => Promise.resolve([{ name: 'main', isLogging: true }]),
    directWrites: () => Promise.resolve([]),
    readHistory: () => Promise.resolve(),
  };
  cli.account = account;
  cli.deployment.status = 'UPDATE_COMPLETE';
  cli.deployment.resources = () =>
    Promise.resolve(new Map([...roles.map((id) => [id, `sluice-${id}`] as const), ['ApiGatewayRestApi', 'a1b2c3']]));
  await putSpec('web');
});

async function putSpec(service: string) {
  const parsed = parseSpec(specOf(live), 'web.yml');
  if (!parsed.ok) throw new Error('The example is no good spec.');
  await cli.store.putSpec({ ...parsed.spec, service }, 'ada', new Date(cli.time).toISOString());
}

const report = z.object({
  stage: z.string(),
  rolloutsAtOnce: z.number().nullable(),
  results: z.array(z.object({ topic: z.string(), standing: z.string(), says: z.string(), mend: z.array(z.string()) })),
});

async function examined(args = 'doctor') {
  const { code, out, err } = await cli.run(`${args} --json`);
  const { results, ...facts } = report.parse(JSON.parse(out.join('')));
  return { code, err, ...facts, results, bad: results.filter(({ standing }) => standing !== 'well') };
}

/** Answers only once so many have been asked: who asks one after the other waits for ever. */
function together(count: number) {
  let asked = 0;
  let open: () => void = () => undefined;
  const all = new Promise<void>((resolve) => {
    open = resolve;
  });
  return async <Answer>(answer: () => Promise<Answer>): Promise<Answer> => {
    asked += 1;
    if (asked === count) open();
    await all;
    return answer();
  };
}

test('asks at once what depends on no other answer: the caller, the stack, its resources, its specs; then all roles', async () => {
  const [first, roleArns] = [together(5), together(roles.length)];
  const { caller, roleArn } = account;
  account.caller = () => first(caller);
  account.roleArn = (name) => roleArns(() => roleArn(name));
  const describeStack = cli.deployment.describe.bind(cli.deployment);
  cli.deployment.describe = () => first(describeStack);
  const resources = cli.deployment.resources.bind(cli.deployment);
  cli.deployment.resources = () => first(resources);
  const stacks = cli.deployment.stacks.bind(cli.deployment);
  cli.deployment.stacks = () => first(stacks);
  const names = cli.store.services.bind(cli.store);
  cli.store.services = () => first(names);

  expect((await examined()).results.length).toBeGreaterThan(5);
});

describe('sluice doctor', () => {
  test('proposes PublicConcurrency to a stage that lacks nothing else, and exits with 0', async () => {
    const { code, bad, results, rolloutsAtOnce } = await examined();

    expect(code).toBe(0);
    expect(bad).toEqual([
      expect.objectContaining({
        ...{ topic: 'quotas', standing: 'doubtful' },
        mend: ['sluice stack deploy --stage production --region eu-west-1 --parameter PublicConcurrency=10'],
      }),
    ]);
    expect([...new Set(results.map(({ topic }) => topic))]).toEqual(
      'account stack rights tags trail quotas services'.split(' '),
    );
    // 10 reads a second for 60 s, 4 each look.
    expect(rolloutsAtOnce).toBe(150);
  });

  test('doubts the name of a stage that begins like that of another one, and asks for no more than the list', async () => {
    cli.deployment.others = [{ name: 'sluice-production-eu', description: 'Sluice 1.2.3' }];

    const { code, bad } = await examined();

    expect(code).toBe(0);
    expect(bad).toContainEqual(
      expect.objectContaining({
        ...{ topic: 'stack', standing: 'doubtful' },
        says: expect.stringContaining('The names of stage production and of "production-eu" begin alike'),
      }),
    );
  });

  test('prints a line a result, each command below it, and how many there are of each kind', async () => {
    const { out } = await cli.run('doctor');

    expect(out[0]).toBe(`ok       account   Account 111122223333, region eu-west-1, called as ${grace}.`);
    expect(out).toContainEqual(expect.stringMatching(/^ {19}\$ sluice stack deploy --stage production/));
    expect(out.at(-1)).toMatch(/^0 missing, 1 warning, 0 not found out, \d+ well\. Nothing was changed\.$/);
  });

  test('names a stage that is not deployed with the command that deploys it there, and goes on', async () => {
    cli.deployment.describe = () => Promise.resolve(undefined);
    const { code, bad, results } = await examined('doctor --stage staging');

    expect(code).toBe(1);
    expect(bad[0]).toMatchObject({
      ...{ topic: 'stack', standing: 'missing' },
      mend: ['sluice stack deploy --stage staging --region eu-west-1'],
    });
    expect(results.map(({ topic }) => topic)).toEqual(expect.arrayContaining(['trail', 'quotas']));
  });

  test.each([
    ['UPDATE_ROLLBACK_FAILED', 1, 'aws cloudformation continue-update-rollback --stack-name sluice-production'],
    ['UPDATE_ROLLBACK_COMPLETE', 0, 'sluice stack deploy'],
    ['ROLLBACK_COMPLETE', 1, 'sluice stack deploy'],
  ])('a stack that is %s', async (status, code, mend) => {
    cli.deployment.status = status;
    const found = await examined();

    expect(found.code).toBe(code);
    expect(found.bad.find(({ topic }) => topic === 'stack')?.mend).toEqual([expect.stringContaining(mend)]);
  });

  test.each<[string, string, 'policy' | 'boundary' | 'organization', RegExp]>([
    ['a rule that nobody could restore', 'elasticloadbalancing:ModifyRule', 'policy', /Add its name to balancers of/],
    ['a service that cannot be updated', 'ecs:UpdateService', 'policy', /Add its name to clusters of stage production/],
    ['a boundary', 'ecs:UpdateService', 'boundary', /the permissions boundary .* leaves it out/],
    ['an organization', 'ecs:UpdateService', 'organization', /a policy of the organization refuses it/],
  ])('finds %s that the roles of the stack may not reach', async (_, action, by, says) => {
    refused = (principal, ask) => (principal.includes(':role/') && ask.action === action ? by : undefined);
    const { code, bad } = await examined();
    const [first] = bad;

    expect(code).toBe(1);
    expect(first).toMatchObject({ topic: 'rights', standing: 'missing', says: expect.stringMatching(says) as unknown });
    expect(first?.says).toContain('service web needs');
  });

  test('asks for the rollback machine, and for each rule and listener of the spec', async () => {
    const asks: string[] = [];
    refused = (principal, { action, resource }) => {
      asks.push(`${principal.split('-').at(-1) ?? ''} ${action} ${resource}`);
      return undefined;
    };
    await examined();

    expect(asks).toEqual(
      expect.arrayContaining([
        `RollbackMachineRole elasticloadbalancing:ModifyRule ${live.rule}`,
        `RollbackMachineRole elasticloadbalancing:ModifyListener ${live.listener}`,
        `ShiftTrafficIamRoleLambdaExecution elasticloadbalancing:ModifyRule ${live.rule}`,
        expect.stringMatching(
          /^ProvisionGreen\S+ ecs:UpdateService arn:aws:ecs:eu-west-1:111122223333:service\/.*web-b$/,
        ),
      ]),
    );
  });

  test.each(['aws-us-gov', 'aws-eusc'])('asks in the partition of who calls, %s', async (partition) => {
    const asks: string[] = [];
    account = {
      ...account,
      caller: () =>
        Promise.resolve({ account: '111122223333', principal: grace.replace('arn:aws:', `arn:${partition}:`) }),
    };
    cli.account = account;
    refused = (_, { action, resource }) => {
      asks.push(`${action} ${resource}`);
      return undefined;
    };
    await examined();

    expect(asks).toContainEqual(
      expect.stringMatching(`^ecs:UpdateService arn:${partition}:ecs:eu-west-1:111122223333:`),
    );
    expect(asks).toContainEqual(expect.stringMatching(`^dynamodb:GetItem arn:${partition}:dynamodb:`));
  });

  test('says which job of docs/iam.md the caller lacks, and gives the command that grants it', async () => {
    refused = (principal, { action }) =>
      principal === grace && action === 'execute-api:Invoke' ? 'policy' : undefined;
    const { code, bad } = await examined();
    const [first] = bad;

    expect(code).toBe(0);
    expect(first).toMatchObject({ topic: 'rights', standing: 'doubtful' });
    expect(first?.says).toContain('"Command, approve, apply"');
    expect(first?.mend[0]).toContain('aws iam put-user-policy --user-name grace --policy-name ');
    expect(first?.mend[0]).toContain('a1b2c3/production/POST/commands');
  });

  test('a session of a role is asked about by its role; one of Identity Center gets no command', async () => {
    account.caller = () =>
      Promise.resolve({
        account: '111122223333',
        principal: 'arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Dev_0a1b/ana',
      });
    refused = (principal, { action }) =>
      action === 'dynamodb:Query' && principal.includes('SSO') ? 'policy' : undefined;
    const { bad } = await examined();

    expect(bad[0]).toMatchObject({ topic: 'rights', standing: 'doubtful', mend: [] });
  });
});

describe('what could not be found out', () => {
  test.each<[keyof AccountFacts, string, string]>([
    ['concurrency', 'quotas', 'lambda:GetAccountSettings'],
    ['decisions', 'rights', 'iam:SimulatePrincipalPolicy'],
    ['trails', 'trail', 'cloudtrail:DescribeTrails'],
    ['readHistory', 'trail', 'cloudtrail:LookupEvents'],
  ])(
    'is neither good nor bad where %s is refused: the right is named with its command, and the exit code is 3',
    async (call, topic, right) => {
      Object.assign(account, { [call]: () => Promise.reject(refusal('AccessDeniedException')) });
      const { code, bad } = await examined();
      const found = bad.find((one) => one.topic === topic && one.standing === 'unknown');

      expect(code).toBe(3);
      expect(found?.says).toContain(`the caller lacks ${right}`);
      expect(found?.mend.join()).toContain(right);
    },
  );

  test.each([
    [
      'the resources of the stack are',
      () => (cli.deployment.resources = () => Promise.reject(refusal('AccessDenied'))),
    ],
    ['a stage without a stack is', () => (cli.deployment.describe = () => Promise.resolve(undefined))],
  ])('is who may command where %s not known: it proposes no right to every API', async (_, without) => {
    without();
    refused = (principal, { action }) =>
      principal === grace && action === 'execute-api:Invoke' ? 'policy' : undefined;
    const { results } = await examined();
    const found = results.find(({ says }) => says.includes('"Command, approve, apply"'));

    expect(found).toMatchObject({ topic: 'rights', standing: 'unknown', mend: [] });
    expect(found?.says).toContain('the id of the API of stage production is not known');
  });

  test('does not hide what is missing', async () => {
    account.concurrency = () => Promise.reject(refusal('ThrottlingException'));
    cli.deployment.status = 'UPDATE_ROLLBACK_FAILED';
    const { code, bad, rolloutsAtOnce } = await examined();

    expect({ code, rolloutsAtOnce }).toEqual({ code: 1, rolloutsAtOnce: null });
    expect(bad.map(({ standing }) => standing)).toEqual(expect.arrayContaining(['unknown', 'missing']));
  });

  test('is all of it without credentials', async () => {
    account.caller = () => Promise.reject(refusal('CredentialsProviderError'));
    const { code, results } = await examined();

    expect(code).toBe(3);
    expect(results).toEqual([
      expect.objectContaining({
        topic: 'account',
        standing: 'unknown',
        says: expect.stringContaining('Log in') as unknown,
      }),
    ]);
  });

  test('is which specs are applied, where the table does not answer', async () => {
    cli.store.services = () => Promise.reject(refusal('AccessDeniedException'));
    const { code, bad } = await examined();

    expect(code).toBe(3);
    expect(bad.find(({ topic }) => topic === 'services')?.says).toContain('dynamodb:Query');
  });
});

describe('quotas, tags and trails', () => {
  test.each([
    [10, 10, 0, 1, 'request-service-quota-increase --service-code lambda --quota-code L-B99A9384'],
    [100, 100, 29, 0, 'request-service-quota-increase'],
    [1000, 130, 39, 0, 'PublicConcurrency=3'],
  ])('of %d calls at once, %d of them unreserved', async (most, unreserved, rollouts, code, mend) => {
    account.concurrency = () => Promise.resolve({ most, unreserved });
    const found = await examined();

    expect([found.rolloutsAtOnce, found.code]).toEqual([rollouts, code]);
    expect(found.bad.flatMap((one) => one.mend).join('\n')).toContain(mend);
  });

  test('finds a stack without its tags, and an account whose trail does not log', async () => {
    cli.deployment.tags = { application: 'sluice', stage: 'staging' };
    account.trails = () => Promise.resolve([{ name: 'main', isLogging: false }]);
    const { bad } = await examined();

    expect(bad.map(({ says }) => says)).toEqual(
      expect.arrayContaining([
        'The stack lacks the tags stage = production, by which its costs are found.',
        expect.stringContaining('Trail main does not log now'),
      ]),
    );
    expect(bad.flatMap(({ mend }) => mend)).toContain('aws cloudtrail start-logging --name main --region eu-west-1');
  });

  test('finds rules that an ended rollout has left, not those of one that runs or of another stage', async () => {
    const event = openedEvent({ service: 'web' });
    await cli.store.open('web-1', event, new Date(cli.time).toISOString());
    await cli.append('web-1', { type: 'RolloutRejected', reason: 'x', results: [] });
    await cli.store.open('web-2', event, new Date(cli.time).toISOString());
    cli.world.router.taggedRoutesOf = () =>
      Promise.resolve(['web-1', 'web-2', 'other-1'].map((rolloutId) => ({ arn: `arn:rule/${rolloutId}`, rolloutId })));
    const { bad } = await examined();

    expect(bad.flatMap(({ topic, mend }) => (topic === 'tags' ? mend : []))).toEqual(
      // One for each listener of the spec, and both stand behind one.
      ['aws elbv2 delete-rule --rule-arn arn:rule/web-1 --region eu-west-1'],
    );
  });
});

describe('services', () => {
  test('of a file are asked about as lint --live does, without a stack', async () => {
    cli.deployment.describe = () => Promise.resolve(undefined);
    cli.files.set('web.yml', specOf(live).replace('service: web-b', 'service: web-c'));
    const { bad } = await examined('doctor web.yml');

    expect(bad.find(({ topic }) => topic === 'services')).toMatchObject({
      standing: 'missing',
      says: expect.stringMatching(/^web\.yml: slots\.b\.service: ECS has no active service/) as unknown,
    });
  });

  test('that share a rule are named, each pair once, with what mends it', async () => {
    for (const service of ['shop', 'api']) await putSpec(service);
    const { code, bad } = await examined();

    expect(code).toBe(1);
    const says = bad.filter(({ topic }) => topic === 'services').map((one) => one.says);
    const pairs = says.map((one) => [...one.matchAll(/the spec of (\w+) in force/gi)].map(([, name]) => name).sort());
    expect(pairs.map((pair) => pair.join()).sort()).toEqual(['api,shop', 'api,web', 'shop,web']);
    expect(says[0]).toMatch(
      /in force names .*, and the spec of \w+ in force names it too: one service alone may\. Apply a spec of/,
    );
  });

  test('whose records cannot be read are not known to share nothing', async () => {
    cli.store.holders = () => Promise.reject(refusal('AccessDeniedException'));

    expect((await examined()).bad).toContainEqual(
      expect.objectContaining({
        ...{ topic: 'services', standing: 'unknown' },
        says: expect.stringContaining('Whether services share rules'),
      }),
    );
  });

  test('of a file with mistakes are not: it exits with 1 and names them', async () => {
    cli.files.set('web.yml', specOf(live).replace('container: app', 'container: "a b"'));

    expect(await cli.run('doctor web.yml')).toMatchObject({ code: 1, out: [] });
  });
});

test('a command that grants rights writes over no policy that another granted', () => {
  const names = ['a1', 'b2', 'a1'].map((api) => {
    const resource = `arn:aws:execute-api:eu-west-1:111122223333:${api}/production/POST/commands`;
    const [command = ''] = grantsOf(grace, [{ action: 'execute-api:Invoke', resource }]);
    return / --policy-name (sluice-[\w-]+) /.exec(command)?.[1];
  });

  expect(names[0]).toMatch(/^sluice-execute-api-invoke-[0-9a-f]{8}$/);
  expect(names[0]).toBe(names[2]);
  expect(names[0]).not.toBe(names[1]);
});

test('names of others steer neither the terminal nor the shell', async () => {
  account.trails = () => Promise.resolve([{ name: 'x\u001b[2J; rm -rf ~', isLogging: false }]);
  const { out } = await cli.run('doctor');

  expect(out.join('\n')).not.toContain('\u001b');
  expect(out.join('\n')).not.toContain('start-logging --name x');
  expect(shellWord("a'; rm -rf ~")).toBe(String.raw`'a'\''; rm -rf ~'`);
});
