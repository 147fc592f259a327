import { beforeEach, describe, expect, test } from '@jest/globals';
import type { ReleaseOpened } from '../../lib/releases/release-events.ts';
import { FakeCli } from './cli-harness.ts';

const file =
  'release: checkout\nmembers:\n  - service: auth\n    image: 412-9f8d111\n  - service: web\n    after: [auth]\n';

const opened = (releaseId: string): ReleaseOpened => ({
  ...{ type: 'ReleaseOpened', releaseId, release: 'checkout', onFailure: 'rollBackAll', requestedBy: 'grace' },
  ...{ traceId: 'trace', executionArn: `arn:execution:${releaseId}` },
  members: [
    { service: 'auth', digest: `sha256:${'b'.repeat(64)}`, tag: '412-9f8d111', after: [], needs: {}, unchanged: false },
    {
      service: 'web',
      digest: `sha256:${'c'.repeat(64)}`,
      tag: '87-3c9e1f0',
      after: ['auth'],
      needs: {},
      unchanged: false,
    },
  ],
});

const id = 'checkout-20260301-100000-r0';
let cli: FakeCli;
beforeEach(() => {
  cli = new FakeCli();
  cli.files.set('checkout.yml', file);
});

const begin = () => cli.releases.open(opened(id), '2026-03-01T10:00:01.000Z');
async function happens(...events: Parameters<FakeCli['releases']['append']>[1]) {
  const stored = await cli.releases.load(id);
  if (stored !== undefined) await cli.releases.append(stored, events, '2026-03-01T11:00:00.000Z');
}

describe('sluice release start', () => {
  test('has the stack open it, in the name of the caller, with the images of its members', async () => {
    await begin();
    const { code, out, err } = await cli.run('release start checkout.yml --image web=87-3c9e1f0 --reason launch');

    expect({ code, err }).toEqual({
      code: 0,
      err: [`Follow it with: sluice release watch ${id} --stage production`],
    });
    expect(cli.releaseStarts).toEqual([
      {
        name: id,
        input: {
          release: expect.objectContaining({ release: 'checkout', onFailure: 'rollBackAll' }),
          images: { web: '87-3c9e1f0' },
          requestedBy: expect.any(String),
          requester: expect.objectContaining({ identities: [expect.stringContaining('user/grace')] }),
          reason: 'launch',
        },
      },
    ]);
    expect(out).toEqual([
      `Release ${id} goes out.`,
      'Opened 2026-03-01T10:00:01.000Z by grace',
      'MEMBER  IMAGE        STANDING       SINCE                     ROLLOUT, OR WHY',
      'auth    412-9f8d111  has not begun  2026-03-01T10:00:01.000Z',
      'web     87-3c9e1f0   has not begun  2026-03-01T10:00:01.000Z',
    ]);
  });

  test('says why it was not opened', async () => {
    cli.outcome = { status: 'failed', error: 'Rejected', cause: 'Members are busy (web by web-1).' };

    expect(await cli.run('release start checkout.yml --image web=87-3c9e1f0')).toMatchObject({
      code: 1,
      err: ['error: The release was not opened: Members are busy (web by web-1).'],
    });
  });

  test('with --wait it shows what happens, and exits as the release ends', async () => {
    await begin();
    cli.after(30, () =>
      happens(
        { type: 'MemberFailed', service: 'auth', reason: 'a gate failed' },
        { type: 'ReleaseTurned', direction: 'rollBackAll', by: 'the release', reason: 'auth: a gate failed' },
        { type: 'ReleaseEnded', outcome: 'rolledBack' },
      ),
    );
    const { code, out } = await cli.run('release start checkout.yml --image web=87-3c9e1f0 --wait');

    expect(code).toBe(1);
    expect(out[0]).toMatch(/is rolled back: .* the release: auth: a gate failed\. auth serves its former version/);
  });

  test.each([
    ['', 'Say what to roll out: --image web=<tag|digest>'],
    ['--image wbe=87-3c9e1f0', 'wbe is no member of checkout; it has auth, web.'],
    ['--image web', 'Expected a member and its image'],
    ['--image web=1-abcdef0 --image web=2-abcdef0', 'web has an image already.'],
    ['--image web=1-abcdef0 --timeout 5m', '--timeout belongs to --wait.'],
  ])('written wrong (%s), it exits with 2 and touches nothing', async (options, message) => {
    const { code, err } = await cli.run(`release start checkout.yml ${options}`);

    expect({ code, starts: cli.releaseStarts }).toEqual({ code: 2, starts: [] });
    expect(err.join('\n')).toContain(message);
  });
});

describe('sluice release status and watch', () => {
  test('shows the newest of a name, and exits with 1 where it did not succeed', async () => {
    await begin();
    await happens({ type: 'MemberBegun', service: 'auth', execution: 'rel-auth-1' });
    expect((await cli.run('release status checkout')).out).toContain(
      'auth    412-9f8d111  rolls out      2026-03-01T11:00:00.000Z',
    );
    await happens({ type: 'MemberServes', service: 'auth', rolloutId: 'auth-20260301-110000-abcdef' });
    await happens({ type: 'MemberStuck', service: 'auth', reason: 'no former version is kept' });
    await happens({ type: 'ReleaseEnded', outcome: 'incomplete' });

    const { code, out } = await cli.run(`release status ${id} --json`);
    expect(code).toBe(1);
    expect(JSON.parse(out.join(''))).toMatchObject({ releaseId: id, running: false, outcome: 'incomplete' });
  });

  test('watches until the end', async () => {
    await begin();
    cli.after(10, () => happens({ type: 'MemberBegun', service: 'auth', execution: 'rel-auth-1' }));
    cli.after(20, () => happens({ type: 'ReleaseEnded', outcome: 'stopped' }));
    const { code, out, err } = await cli.run('release watch checkout');

    expect(code).toBe(1);
    expect(err.filter((line) => line.startsWith('auth')).map((line) => line.slice(21, 34).trim())).toEqual([
      'has not begun',
      'rolls out',
    ]);
    expect(out[0]).toBe(`Release ${id} was stopped.`);
  });

  test('says where there is none', async () => {
    expect((await cli.run('release status checkout')).err.join('')).toContain('knows no release "checkout"');
  });
});

describe('sluice release abort and rollback', () => {
  test.each([
    ['abort', 'abort'],
    ['rollback', 'rollBackAll'],
  ])('%s tells the release, with who and why', async (verb, direction) => {
    await begin();
    const { code, out } = await cli.run(`release ${verb} checkout --reason broken --yes`);

    expect(code).toBe(0);
    expect(cli.releaseStarts).toEqual([
      {
        name: expect.stringMatching(/^told-\d+-r0$/),
        input: { releaseId: id, told: { direction, by: expect.any(String), reason: 'broken' } },
      },
    ]);
    expect(out[0]).toContain(`sluice release watch ${id}`);
  });

  test('--json prints what the release is told', async () => {
    await begin();
    const { out } = await cli.run('release abort checkout --reason broken --yes --json');

    expect(JSON.parse(out.join('\n'))).toEqual({ releaseId: id, told: 'abort', reason: 'broken' });
  });

  test('an abort of one that has ended is refused, a rollback is not', async () => {
    await begin();
    await happens({ type: 'ReleaseEnded', outcome: 'succeeded' });

    expect((await cli.run('release abort checkout --reason broken --yes')).err).toEqual([
      `error: ${id} has ended: no member is under way. To take its members back: sluice release rollback ${id} --stage production --reason "…"`,
    ]);
    expect((await cli.run('release rollback checkout --reason broken --yes')).code).toBe(0);
  });
});
