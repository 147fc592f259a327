import { beforeEach, describe, expect, test } from '@jest/globals';
import { edited, exampleSpec } from '../specification/example-spec.ts';
import { FakeCli, webSpec } from './cli-harness.ts';
import { FakeTerminal } from './fake-terminal.ts';

let cli: FakeCli;

beforeEach(() => {
  cli = new FakeCli();
  cli.files.set('web.yml', exampleSpec);
});

/** What AWS says of the caller. */
const verified = '(by command of arn:aws:iam::123456789012:user/grace)';

describe('sluice apply', () => {
  test('stores the spec as the next version, with who and when', async () => {
    expect(await cli.run('apply web.yml --stage test --region eu-west-1')).toEqual({
      code: 0,
      out: [`web: version 1 applied to test by grace@laptop ${verified}`],
      err: [],
    });
    expect(await cli.store.spec('web')).toEqual({
      version: 1,
      spec: webSpec(),
      appliedBy: `grace@laptop ${verified}`,
      appliedAt: '2026-03-01T10:00:00.000Z',
    });
    expect(cli.connected).toEqual([expect.objectContaining({ stage: 'test', region: 'eu-west-1' })]);
  });

  test('goes to production where no stage is named', async () => {
    await cli.run('apply web.yml');

    expect(cli.connected).toEqual([expect.objectContaining({ stage: 'production' })]);
  });

  test('makes no new version of an unchanged spec', async () => {
    await cli.run('apply web.yml --as ada');

    expect((await cli.run('apply web.yml')).out).toEqual([
      'web: unchanged, version 1 of 2026-03-01T10:00:00.000Z stays',
    ]);
    expect((await cli.store.spec('web'))?.appliedBy).toBe(`ada ${verified}`);
  });

  test('writes names of people so that they steer no terminal', async () => {
    const { out } = await cli.run(['apply', 'web.yml', '--as', `ada\u001b[31m${'x'.repeat(190)}`]);

    expect(out[0]).toMatch(/^web: version 1 applied to production by ada\\u\{001b\}\[31mx{190} \(by command/);
  });

  test('says that a running rollout keeps its version', async () => {
    await cli.open('web-1');

    expect((await cli.run('apply web.yml')).out).toEqual([
      `web: version 1 applied to production by grace@laptop ${verified}; web-1 goes on with the version it started with`,
    ]);
  });

  test('says that a file that changes who approves is not in force, and who has to approve it', async () => {
    const approvals = (people: string) =>
      edited('# Green is asked', `approvals: { people: ${people} }\n# Green is asked`);
    cli.files.set(
      'web.yml',
      approvals(
        '[{ name: Ana, roles: [tech-lead] }, { name: Ben, roles: [qa] }, { name: Cid, roles: [product-manager] }]',
      ),
    );
    await cli.run('apply web.yml');
    cli.files.set('web.yml', approvals('[]'));

    const { code, out } = await cli.run('apply web.yml');
    expect({ code, out }).toEqual({
      code: 0,
      out: [
        `web: not in force yet, as it changes who or what lets versions in (\`approvals\`, \`checks.attested\`, or a rule, target group or ECS service that it no longer names), and version 1 says who may. Proposed by grace@laptop ${verified}; still open: tech-lead, product-manager, qa. They approve it by applying the same file until 2026-03-02T10:00:00.000Z; version 1 stays meanwhile.`,
      ],
    });
    expect(JSON.parse((await cli.run('apply web.yml --json')).out.join(''))).toMatchObject([
      { version: 1, changed: false, proposed: { open: 'tech-lead, product-manager, qa' } },
    ]);
  });

  test('prints JSON', async () => {
    const { out } = await cli.run('apply web.yml --json');

    expect(JSON.parse(out.join('\n'))).toEqual([
      {
        service: 'web',
        version: 1,
        changed: true,
        appliedBy: `grace@laptop ${verified}`,
        appliedAt: '2026-03-01T10:00:00.000Z',
      },
    ]);
  });

  test('lets doubts pass, and shows them', async () => {
    cli.files.set('web.yml', edited('lag: 2m', 'lag: 1m'));
    const { code, err } = await cli.run('apply web.yml');

    expect({ code, err }).toEqual({ code: 0, err: [expect.stringContaining('warning: a lag of 1m')] });
  });

  test.each([
    ['the schema refuses', edited('weight: 100', 'weight: 95'), 'bad.yml:43:15: the last weight is 95, expected 100'],
    ['the lint refuses', edited('metric: errors', 'metric: eror'), 'bad.yml:48:20: there is no metric "eror"'],
  ])('stores none of the files where %s one', async (_, text, finding) => {
    cli.files.set('bad.yml', text.replace('service: web #', 'service: other #'));
    const { code, out, err } = await cli.run('apply web.yml bad.yml');

    expect({ code, out }).toEqual({ code: 1, out: [] });
    expect(err).toEqual([
      expect.stringContaining(finding),
      'error: Nothing was applied. Correct what is reported above, then apply again.',
    ]);
    expect(await cli.store.spec('web')).toBeUndefined();
    expect(cli.connected).toEqual([]);
  });

  test('refuses two files of one service', async () => {
    cli.files.set('copy.yml', exampleSpec);
    const { code, err } = await cli.run('apply web.yml copy.yml');

    expect({ code, err }).toEqual({ code: 1, err: [expect.stringContaining('Two of the files are for service web.')] });
    expect(await cli.store.spec('web')).toBeUndefined();
  });
});

describe('sluice apply at a terminal', () => {
  const changed = edited('{ weight: 5, bake: 15m }', '{ weight: 5, bake: 20m }');

  beforeEach(async () => {
    await cli.run('apply web.yml');
    cli.files.set('web.yml', changed);
    cli.terminal = new FakeTerminal();
  });

  test('shows what changes and asks; a no applies nothing', async () => {
    cli.answer = 'n';
    const { code, out, err } = await cli.run('apply web.yml');

    expect([code, out]).toEqual([1, []]);
    expect(err).toEqual([
      'web: changes of version 1',
      expect.stringMatching(/^ {2}~ steps\[1\]\.bake: 900 → 1200/),
      expect.stringContaining('Nothing was done.'),
    ]);
    expect(cli.asked).toEqual(['The next rollouts of web in production use this. Go on? [y/N] ']);
    expect((await cli.store.spec('web'))?.version).toBe(1);
  });

  test('applies after a yes, or with --yes, and asks nothing where nothing changes', async () => {
    cli.answer = 'y';
    expect((await cli.run('apply web.yml')).code).toBe(0);
    expect((await cli.store.spec('web'))?.version).toBe(2);

    expect((await cli.run('apply web.yml')).code).toBe(0);
    expect(cli.asked).toHaveLength(1);

    cli.files.set('web.yml', exampleSpec);
    expect((await cli.run('apply web.yml --yes')).code).toBe(0);
    expect([cli.asked.length, (await cli.store.spec('web'))?.version]).toEqual([1, 3]);
  });
});

describe('sluice history', () => {
  beforeEach(async () => {
    await cli.run('apply web.yml --as ada');
    cli.time += 60_000;
    cli.files.set('web.yml', edited('healthPath: /health', 'healthPath: /ready'));
    await cli.run(['apply', 'web.yml', '--as', 'grace\u001b[2J']);
  });

  test('lists every version with who and when, newest first, and steers no terminal', async () => {
    expect((await cli.run('history web')).out).toEqual([
      'VERSION  APPLIED                   BY',
      `2        2026-03-01T10:01:00.000Z  grace\\u{001b}[2J ${verified}`,
      `1        2026-03-01T10:00:00.000Z  ada ${verified}`,
    ]);
    expect((await cli.run('history web --limit 1')).out).toHaveLength(2);
  });

  test('shows a version whole, as YAML and as JSON', async () => {
    const { out } = await cli.run('history web --show 1');

    expect(out[0]).toContain(`# version 1 of web, applied by "ada ${verified}" at 2026-03-01T10:00:00.000Z`);
    expect(out).toContain('healthPath: /health');
    expect(JSON.parse((await cli.run('history web --show 2 --json')).out.join(''))).toMatchObject({
      version: 2,
      spec: { healthPath: '/ready' },
    });
  });

  test.each([
    ['history shop', 'has no spec of a service "shop"'],
    ['history shop --show 1', 'has no spec of a service "shop"'],
    ['history web --show 9', 'The spec of web has no version 9. See which there are with: sluice history web'],
  ])('`%s` says what to do instead', async (args, message) => {
    const { code, out, err } = await cli.run(args);

    expect({ code, out }).toEqual({ code: 1, out: [] });
    expect(err.join('')).toContain(message);
  });
});
