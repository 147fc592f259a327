import { describe, expect, test } from '@jest/globals';
import { FakeCli, webSpec } from './cli-harness.ts';

const openedAt = '2026-03-01T10:00:00.000Z';
const rolloutId = 'web-20260301-100000-abcdef';

async function withRollout(): Promise<FakeCli> {
  const cli = new FakeCli();
  await cli.store.putSpec(webSpec(), 'ada', '2026-03-01T09:00:00.000Z');
  await cli.open(rolloutId);
  return cli;
}

async function withRelease(): Promise<FakeCli> {
  const cli = await withRollout();
  const member = { service: 'api', digest: 'b', after: [], needs: {}, unchanged: false };
  const facts = {
    release: 'checkout',
    onFailure: 'stop',
    requestedBy: 'ana',
    traceId: 't',
    executionArn: 'a',
  } as const;
  await cli.releases.open({ type: 'ReleaseOpened', releaseId: 'checkout-1', ...facts, members: [member] }, openedAt);
  return cli;
}

describe('sluice open', () => {
  test.each(['checkout', 'checkout-1'])('--release leads to the page of the release %s', async (name) => {
    const cli = await withRelease();
    expect((await cli.run(`open ${name} --release`)).code).toBe(0);
    expect(cli.pages).toEqual(['?release=checkout-1']);
  });

  test('--release says which release there is not, and that it needs a name', async () => {
    const cli = await withRelease();
    const { code, err } = await cli.run('open other --release');
    expect({ code, pages: cli.pages }).toEqual({ code: 1, pages: [] });
    expect(err.join(' ')).toContain('knows no release "other"');
    expect((await cli.run('open --release')).err.join(' ')).toContain('--release needs the name of a release.');
  });

  test.each([
    ['web', `rollouts/${rolloutId}`],
    [rolloutId, `rollouts/${rolloutId}`],
    ['web --service', 'services/web'],
    ['web --incident', 'services/web?show=incident'],
    ['', ''],
  ])('%s prints a link to the page, and nothing else on stdout', async (args, to) => {
    const cli = await withRollout();
    const { code, out } = await cli.run(`open ${args}`);

    expect({ code, out, pages: cli.pages }).toEqual({
      code: 0,
      out: [`https://pages.example.com/open/${'t'.repeat(40)}`],
      pages: [to],
    });
  });

  test('says until when the link lets in, as JSON', async () => {
    const { out } = await (await withRollout()).run('open web --json');
    expect(JSON.parse(out.join(''))).toMatchObject({ until: '2026-03-01T10:05:00.000Z' });
  });

  test('of a service that is not there asks for no link', async () => {
    const cli = await withRollout();
    const { code, err } = await cli.run('open api');
    expect({ code, pages: cli.pages }).toEqual({ code: 1, pages: [] });
    expect(err.join(' ')).toContain('knows no rollout and no service "api"');
  });

  test('says why the stack gives no link', async () => {
    const cli = await withRollout();
    cli.isApiAway = true;
    const { code, err } = await cli.run('open web');
    expect(code).toBe(1);
    expect(err.join(' ')).toContain('it does not answer');
  });
});
