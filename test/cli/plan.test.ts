import { RegisterTaskDefinitionCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { cluster, named } from '../fleet/fleet-under-test.ts';
import { edited, exampleSpec } from '../specification/example-spec.ts';
import { FakeCli } from './cli-harness.ts';
import { cliOn, type LiveService, specOf, startLiveService } from './live-service.ts';

const answer = (out: readonly string[]): unknown => JSON.parse(out.join('\n'));

describe('sluice plan with a spec alone', () => {
  let cli: FakeCli;

  beforeEach(() => {
    cli = new FakeCli();
    cli.files.set('web.yml', exampleSpec);
  });

  test('prints what is knowable, and what it could not ask', async () => {
    const { code, out, err } = await cli.run('plan web.yml --offline');

    expect({ code, err, connected: cli.connected, looked: cli.looked }).toEqual({
      code: 0,
      err: [],
      connected: [],
      looked: [],
    });
    expect(out).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^web: 6 steps, 1h40m of bakes, rolled back after \d+h\d*m? at the latest$/),
        '1     1 %    +0s     5m    +5m     30m   ?            ?',
        'The step of 1 % is left out where the service had fewer than 42 requests a second in the hour before: green would not have enough of them in it',
        '6     100 %  +1h30m  10m   +1h40m  30m   ?            ?',
        'Each step needs 50 requests to green. It gets them in its bake where the service has at least so many a minute: 84 at 5 %, 8 at 25 %, 4 at 50 %, 8 at 90 %, 8 at 100 %. With fewer it is held: write a longer bake',
        expect.stringMatching(/^ {2}Step Functions: state transitions +358 +\$0\.00895$/),
        expect.stringMatching(/^ {2}the pipeline itself +\$0\.0\d{3}$/),
        'Could not ask:',
        '  the services and rules: not asked (--offline)',
      ]),
    );
  });

  test('shows the steps of a hotfix, and what it takes to start one', async () => {
    const { out } = await cli.run('plan web.yml --offline --preset hotfix');

    expect(out[0]).toMatch(/^web: 2 steps, 10m of bakes/);
    expect(out).toContain('A hotfix takes 2 steps in 10m in place of 6 steps in 1h40m');
    expect(out.join()).toMatch(/Once it is approved, windows|It cannot be started: it takes a second person/);
    expect(answer((await cli.run('plan web.yml --offline --preset hotfix --json')).out)).toMatchObject({
      preset: 'hotfix',
      calendar: null,
    });
  });

  test('takes the number of tasks from who asks', async () => {
    const { out } = await cli.run('plan web.yml --offline --blue-tasks 40');

    expect(out).toContain('3     25 %   +20m    30m   +50m    30m   13           40');
  });

  test('tells at a number of requests what each step gathers, and a bake where that is too little', async () => {
    const { out } = await cli.run('plan web.yml --offline --requests-per-minute 30');
    const json = answer((await cli.run('plan web.yml --offline --json --requests-per-minute 30')).out);

    expect(out).toEqual(
      expect.arrayContaining([
        'Each step needs 50 requests to green. At 30 requests a minute green gets in each bake: 18 at 5 %, 202 at 25 %, 405 at 50 %, 189 at 90 %, 210 at 100 %',
        'The step of 5 % gathers about 18 of the 50 requests that it needs in 15m, so it will be held; write `bake: 37m` for it.',
      ]),
    );
    expect(json).toMatchObject({
      traffic: {
        requestsPerSecond: 0.5,
        steps: [
          { weight: 1, requestsGathered: 0, requestsNeeded: 50, bakeNeededSeconds: 10_200 },
          { weight: 5, requestsGathered: 18, requestsNeeded: 50, bakeNeededSeconds: 2220 },
          ...Array.from({ length: 4 }, () => expect.anything()),
        ],
      },
    });
  });

  test('asks, and says why nobody answers', async () => {
    cli.isDown = true;
    const { code, out } = await cli.run('plan web.yml');

    expect(code).toBe(0);
    expect(out).toContain(
      "  the services and rules: There is nothing to look at. Try again; if it stays, the rollout's execution in the AWS console says more.",
    );
    expect(out.at(-1)).toMatch(/^ {2}the stage: AWS cannot be reached \(connect ECONNREFUSED\)/);
    expect(cli.looked).toEqual([{ region: 'eu-west-1' }]);
  });

  test('names the people that it waits for', async () => {
    const people = 'approvals:\n  people: [{ name: Ana, roles: [tech-lead] }]\n  required: [tech-lead]\n';
    cli.files.set('web.yml', `${exampleSpec}${people}`);

    expect((await cli.run('plan web.yml --offline')).out[1]).toBe('Waits for the approval of tech-lead, for up to 1d');
  });

  test('prints JSON', async () => {
    expect(answer((await cli.run('plan web.yml --offline --json --blue-tasks 2')).out)).toMatchObject({
      service: 'web',
      bakesSeconds: 6000,
      steps: [{ weight: 1, greenTasks: 2, blueTasks: 2 }, {}, {}, {}, {}, { weight: 100, endsAtSeconds: 6000 }],
      guard: { silenceSeconds: 180 },
      blue: null,
      rules: null,
      cost: { pipeline: { dollars: expect.any(Number) }, tasks: null },
      traffic: null,
      unknown: [expect.any(String), expect.any(String), expect.any(String)],
      findings: [],
    });
  });

  test.each([
    ['a mistake', edited('weight: 100', 'weight: 90'), 'the last weight is 90, expected 100'],
    ['nothing in it', '', 'the file is empty'],
  ])('of a file with %s there is nothing to plan', async (_, text, message) => {
    cli.files.set('web.yml', text);
    const { code, out, err } = await cli.run('plan web.yml');

    expect({ code, out }).toEqual({ code: 1, out: [] });
    expect(err.join('\n')).toContain(message);
    expect(err.at(-1)).toBe('error: There is nothing to plan. Correct what is reported above, then plan again.');
  });

  test('tells from the stage which version is applied, and what runs', async () => {
    await cli.run('apply web.yml');
    expect((await cli.run('plan web.yml')).out).toContain('Version 1 is applied, and says the same');
    await cli.open('web-1');
    cli.files.set('web.yml', edited('healthPath: /health', 'healthPath: /ready'));

    expect((await cli.run('plan web.yml')).out).toEqual(
      expect.arrayContaining([
        'Version 1 is applied, and differs: sluice apply puts this one in force',
        'web-1 of web runs now; with `onBusy: reject` this one would meet that',
      ]),
    );
  });
});

describe('sluice plan beside a service', () => {
  let live: LiveService;
  let cli: FakeCli;

  beforeAll(async () => {
    live = await startLiveService();
  });

  afterAll(() => live.under.stop());

  beforeEach(() => {
    cli = cliOn(live);
    cli.files.set('web.yml', specOf(live));
  });

  const register = async (environment: { name: string; value: string }[]) => {
    const { taskDefinition } = await live.under.ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'web',
        requiresCompatibilities: ['FARGATE'],
        cpu: '512',
        memory: '1024',
        containerDefinitions: [
          { name: 'app', image: 'registry.test/web:one', portMappings: [{ containerPort: 8080 }], environment },
        ],
      }),
    );
    return named(taskDefinition?.taskDefinitionArn);
  };

  test('tells blue and green, the rules that it touches, and that nothing is in the way', async () => {
    const { code, out, err } = await cli.run('plan web.yml');

    expect({ code, err }).toEqual({ code: 0, err: [] });
    expect(out).toEqual(
      expect.arrayContaining([
        'Blue is slot a, ECS service web-a with 0 tasks; all of them stay until the end',
        'Green is slot b, ECS service web-b',
        `  listener ${live.listener} (now slot a 100, slot b 0; a header rule before it meanwhile)`,
        `  rule ${live.rule} at priority 10 (now slot a 100, slot b 0; a header rule before it meanwhile)`,
        'Load balancer app/front has 1 of 100 rules (99 left) and 2 of 100 target groups (98 left)',
        'No spec is applied yet: sluice apply does that',
        'Each step needs 50 requests to green. At 100 requests a second green gets in each bake: 120 at 1 %, 3600 at 5 %, 40500 at 25 %, 81000 at 50 %, 37800 at 90 %, 42000 at 100 %',
      ]),
    );
  });

  test('shows what green gets otherwise than blue, and the price of its tasks', async () => {
    const before = await register([{ name: 'LEVEL', value: 'info' }]);
    await live.under.ecs.send(
      new UpdateServiceCommand({ cluster, service: 'web-a', taskDefinition: before, desiredCount: 0 }),
    );
    const after = await register([
      { name: 'LEVEL', value: 'debug\u001b[2J' },
      { name: 'API_TOKEN', value: 'hunter2' },
    ]);
    cli.files.set('web.yml', `${specOf(live)}taskDefinition: latest-of-family\n`);
    const { out } = await cli.run('plan web.yml --blue-tasks 4');

    expect(out).toEqual(
      expect.arrayContaining([
        `Green's task definition is a copy of ${after} (taskDefinition: latest-of-family), with the new image`,
        '  + API_TOKEN=(hidden)',
        String.raw`  LEVEL: info -> debug\u{001b}[2J`,
        expect.stringMatching(/^ {2}Fargate: green's task hours while it bakes +\d+\.\d\d +\$0\.\d{5}$/),
      ]),
    );
    expect(out.join('\n')).not.toContain('hunter2');
    expect(answer((await cli.run('plan web.yml --json --blue-tasks 4')).out)).toMatchObject({
      blue: { slot: 'a', tasks: 0 },
      base: { arn: after, difference: { changes: [{ name: 'API_TOKEN', to: '(hidden)' }, { name: 'LEVEL' }] } },
      rules: [
        { kind: 'listener', arn: live.listener },
        { kind: 'rule', arn: live.rule, priority: 10 },
      ],
      cost: { tasks: { dollars: expect.any(Number) } },
      unknown: [],
    });
  });

  test('plans for the task definition that a request would name', async () => {
    const arn = await register([{ name: 'LEVEL', value: 'trace' }]);
    cli.files.set('web.yml', `${specOf(live)}taskDefinition: from-event\n`);

    expect((await cli.run(`plan web.yml --task-definition ${arn}`)).out.join('\n')).toContain(`is a copy of ${arn}`);
    expect((await cli.run('plan web.yml')).out.join('\n')).toContain('the request names none');
  });

  test('prints what would hold a rollout up, and exits with 1', async () => {
    cli.files.set('web.yml', specOf(live).replace('service: web-b', 'service: web-z'));
    const { code, out, err } = await cli.run('plan web.yml');

    expect(code).toBe(1);
    expect(err).toEqual([expect.stringContaining('web.yml:10:14: ECS has no active service of this name')]);
    expect(out[0]).toContain('6 steps');
  });
});
