import { describe, expect, test } from '@jest/globals';
import { exampleSpec } from '../specification/example-spec.ts';
import { FakeCli, webSpec } from './cli-harness.ts';

const checkout = `release: checkout
members:
  - service: auth
    image: 412-9f8d111
  - service: web
    needs: { auth: '>= 412' }
  - service: report
`;

function cliWith(files: Readonly<Record<string, string>>): FakeCli {
  const cli = new FakeCli();
  for (const [path, text] of Object.entries(files)) cli.files.set(path, text);
  return cli;
}

const specFor = (service: string) => exampleSpec.replace('service: web', `service: ${service}`);
const rollouts = Object.fromEntries(
  ['auth', 'web', 'report'].map((service) => [`rollouts/${service}.yml`, specFor(service)]),
);

describe('sluice release lint', () => {
  test('says that a good release is one, and asks no AWS', async () => {
    const cli = cliWith({ 'releases/checkout.yml': checkout });

    expect(await cli.run('release lint releases/checkout.yml')).toEqual({
      code: 0,
      out: [],
      err: ['1 release checked, nothing to report.'],
    });
    expect(cli.connected).toEqual([]);
  });

  test('prints each finding of each file, and exits with 1', async () => {
    const cli = cliWith({ 'a.yml': checkout.replace('auth:', 'oauth:') });

    expect(await cli.run('release lint a.yml gone.yml')).toEqual({
      code: 1,
      out: [
        'a.yml:6:21: "oauth" is no member of this release (did you mean auth?), expected one of auth, web, report',
        'gone.yml:1:1: cannot be read (there is no such file), expected the file of a release',
      ],
      err: [],
    });
  });

  test('prints JSON for machines', async () => {
    const cli = cliWith({ 'a.yml': 'release: x\nmembers: []\n' });

    expect(JSON.parse((await cli.run('release lint a.yml --json')).out.join(''))).toMatchObject([
      { file: 'a.yml', line: 2, column: 10, severity: 'error' },
    ]);
  });
});

describe('sluice release plan', () => {
  test('draws the order and the times of the members from files alone', async () => {
    const cli = cliWith({ 'releases/checkout.yml': checkout, ...rollouts });
    const { code, out, err } = await cli.run('release plan releases/checkout.yml --offline');

    expect({ code, err, connected: cli.connected }).toEqual({ code: 0, err: [], connected: [] });
    expect(out).toEqual([
      'checkout: 3 members, at least 3h20m; where one fails, all go back',
      '',
      'MEMBER  IMAGE               BEGINS  ENDS    AFTER',
      'auth    412-9f8d111         +0s     +1h40m',
      'report  named at the start  +0s     +1h40m',
      'web     named at the start  +1h40m  +3h20m  auth (>= 412)',
      '',
      `auth    |${'='.repeat(24)}${' '.repeat(24)}|`,
      `report  |${'='.repeat(24)}${' '.repeat(24)}|`,
      `web     |${' '.repeat(24)}${'='.repeat(24)}|`,
      '',
      'Times count the bakes alone: approvals, tasks that come up and what is held come on top',
      'The release is as long as auth, then web',
      'They go back in this order: web with report, then auth',
    ]);
  });

  test('reads the applied specs of the stage, and exits with 1 where there is none', async () => {
    const cli = cliWith({ 'releases/checkout.yml': checkout });
    await cli.store.putSpec({ ...webSpec(), service: 'auth' }, 'ada', '2026-03-01T10:00:00.000Z');
    await cli.store.putSpec(webSpec(), 'ada', '2026-03-01T10:00:00.000Z');
    const { code, out } = await cli.run('release plan releases/checkout.yml');

    expect(code).toBe(1);
    expect(out).toContain('web     named at the start  +1h40m  +3h20m  auth (>= 412)');
    expect(out).toContain('  report: no spec is applied in stage production');
  });

  test('says that nobody answers', async () => {
    const cli = cliWith({ 'releases/checkout.yml': checkout });
    cli.isDown = true;

    expect((await cli.run('release plan releases/checkout.yml')).out.join('\n')).toMatch(/Could not ask:\n {2}auth: /);
  });

  test('names a member that would begin while its calendar is closed', async () => {
    const freezes =
      "freezes:\n  - name: noon\n    zone: UTC\n    repeat: FREQ=DAILY\n    from: '11:00'\n    to: '13:00'\n";
    const cli = cliWith({
      'releases/checkout.yml': checkout,
      ...rollouts,
      'rollouts/web.yml': `${specFor('web')}\n${freezes}`,
    });
    const { out } = await cli.run('release plan releases/checkout.yml --offline');

    expect(out.join('\n')).toMatch(
      /web would begin at 2026-03-01T11:40:00.000Z and wait until 2026-03-01T13:00:00.000Z: .*noon/,
    );
  });

  test('finds a file that is the spec of another service', async () => {
    const cli = cliWith({ 'releases/checkout.yml': checkout, ...rollouts, 'rollouts/auth.yml': specFor('other') });
    const { code, out } = await cli.run('release plan releases/checkout.yml --offline');

    expect(code).toBe(1);
    expect(out).toContain('  auth: rollouts/auth.yml is the spec of other');
  });

  test('prints JSON for machines', async () => {
    const cli = cliWith({ 'releases/checkout.yml': checkout, ...rollouts });
    const { out } = await cli.run('release plan releases/checkout.yml --offline --json');

    expect(JSON.parse(out.join(''))).toMatchObject({
      release: 'checkout',
      seconds: 12_000,
      longestWay: ['auth', 'web'],
      back: [['web', 'report'], ['auth']],
      members: [{ service: 'auth', image: '412-9f8d111' }, { service: 'report' }, { service: 'web', heldBy: 'auth' }],
    });
  });

  test('of a release with a mistake there is no plan', async () => {
    const { code, err } = await cliWith({ 'r.yml': 'release: x\nmembers: []\n' }).run('release plan r.yml --offline');

    expect(code).toBe(1);
    expect(err.join('\n')).toMatch(/r\.yml:2:10: .*\nerror: This is no release/);
  });
});
