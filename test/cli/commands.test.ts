import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { verbs as listedVerbs } from '../../lib/cli/verbs.ts';
import type { RolloutEvent } from '../../lib/rollout/events.ts';
import { withApprovals } from '../usecases/journey.ts';
import { openedEvent } from '../contract/opened-event.ts';
import { FakeCli } from './cli-harness.ts';

let cli: FakeCli;

beforeEach(async () => {
  cli = new FakeCli();
  await cli.open('web-1');
});

const toBaking: readonly RolloutEvent[] = [
  { type: 'PreChecksPassed', results: [] },
  { type: 'GreenReady', running: 2, digest: 'sha256:a' },
  { type: 'HeaderRouteOpened', header: 'canary', value: 'true' },
  { type: 'TrafficShifted', step: 0, weight: 5 },
];

const newestEvent = async (rolloutId = 'web-1') => (await cli.store.events(rolloutId, 0)).at(-1)?.event;

describe('pause, resume, promote, abort, retry', () => {
  test.each([
    ['pause web --as ana --reason lunch', { type: 'RolloutPaused', by: 'ana', how: 'command', reason: 'lunch' }],
    ['promote web-1', { type: 'StepPromoted', step: 0, full: false, by: 'grace@laptop', how: 'command' }],
    ['promote web --full', { type: 'StepPromoted', full: true }],
    ['abort web --reason broken', { type: 'RollbackRequested', by: 'grace@laptop', how: 'command', reason: 'broken' }],
  ])('`sluice %s` is an event of the record, with who and why', async (args, event) => {
    await cli.append('web-1', ...toBaking);
    const { code, out, err } = await cli.run(args);

    expect({ code, err }).toEqual({ code: 0, err: [] });
    expect(out).toEqual([expect.stringMatching(/^web-1: .*sluice (resume|status) web-1 --stage production/)]);
    expect(await newestEvent()).toMatchObject(event);
  });

  test('what was told is visible at once', async () => {
    await cli.append('web-1', ...toBaking);
    await cli.run('pause web --as ana');

    expect((await cli.run('status web')).out.join('\n')).toContain('paused by ana since 2026');
    expect(JSON.parse((await cli.run('resume web --json')).out.join(''))).toMatchObject({ paused: null });
    expect(await newestEvent()).toMatchObject({ type: 'RolloutResumed' });
  });

  test('abort starts the rollback machine', async () => {
    await cli.append('web-1', ...toBaking);
    await cli.run('abort web --reason broken');

    expect(cli.rollbacks).toEqual([{ rolloutId: 'web-1', input: { by: 'grace@laptop', reason: 'broken' } }]);
  });

  test('retry starts the same digest again', async () => {
    await cli.append('web-1', { type: 'RolloutRejected', reason: 'x', results: [] });
    const { code, out } = await cli.run('retry web --as ana');

    expect({ code, out }).toEqual({ code: 0, out: [expect.stringContaining('sluice status web --stage production')] });
    expect(cli.starts).toMatchObject([
      { name: 'web-1-retry-1', input: { image: `sha256:${'a'.repeat(64)}`, requestedBy: 'ada, ana' } },
    ]);
  });

  test.each([
    ['resume web', 'is not paused: it is checking'],
    ['promote web', 'Try again in a moment'],
    ['retry web', 'only one that was rejected or rolled back'],
    ['pause shop', 'knows no rollout and no service "shop"'],
  ])('`sluice %s` that cannot be done exits with 1, says why, and records nothing', async (args, why) => {
    const { code, out, err } = await cli.run(args);

    expect({ code, out }).toEqual({ code: 1, out: [] });
    expect(err).toEqual([expect.stringContaining(why)]);
    expect(await newestEvent()).toMatchObject({ type: 'RolloutOpened' });
  });
});

describe('approve and reject', () => {
  beforeEach(async () => {
    const event = openedEvent({ service: 'shop', spec: withApprovals() });
    await cli.store.open('shop-1', event, new Date(cli.time).toISOString());
    await cli.append('shop-1', { type: 'PreChecksPassed', results: [] });
  });

  test('count for the person whom --as names, by any of their names, and say what is left', async () => {
    expect(await cli.run('approve shop --as ana@example.com')).toMatchObject({
      code: 0,
      out: ['shop-1: Approved by Ana. Still open: product-manager, qa.'],
    });
    cli.principal = 'arn:aws:iam::123456789012:user/ben';
    await cli.run('approve shop --as Ben');
    cli.principal = 'arn:aws:iam::123456789012:user/dan';

    expect(await cli.run('approve shop --as Dan')).toMatchObject({
      out: ['shop-1: Approved by Dan. No other approval is needed; it goes on.'],
    });
    expect(await newestEvent('shop-1')).toEqual({ type: 'ApprovalGranted' });
  });

  test('status says who is waited for, and who has approved and how', async () => {
    await cli.run('approve shop --as Ana');

    const text = (await cli.run('status shop')).out.join('\n');
    expect(text).toContain('approved Ana (by command)');
    expect(text).toContain('Approved by Ana (by command of arn:aws:iam::123456789012:user/grace)');
    expect(text).toContain('missing: product-manager, qa');
  });

  test('a rejection ends the rollout in the words of who gave it', async () => {
    const { out } = await cli.run('reject shop --as Cleo --reason no');

    expect(out).toEqual(['shop-1: Rejected by Cleo.']);
    expect((await cli.run('status shop')).code).toBe(1);
    expect(await newestEvent('shop-1')).toMatchObject({ reason: 'no', by: 'Cleo', how: 'command' });
  });

  test.each([
    ['approve shop', 'names no person called "grace@laptop". Say who decides with --as: Ana, Ben, Cleo, Dan'],
    ['approve web --as Ana', 'names no people at all'],
  ])('`sluice %s` by nobody who was asked exits with 1', async (args, why) => {
    const { code, err } = await cli.run(args);

    expect({ code, err }).toEqual({ code: 1, err: [expect.stringContaining(why)] });
  });
});

describe('docs/commands.md', () => {
  const page = readFileSync(new URL('../../docs/commands.md', import.meta.url), 'utf8');
  /** Those with verbs of their own. */
  const groups = listedVerbs.filter(({ args, hasOptions }) => args === '' && hasOptions === false);
  const group = groups.map(({ name }) => name).join('|');
  const verbs = [...page.matchAll(new RegExp(`^\\| \`sluice ((?:(?:${group}) )?[a-z][a-z-]*)`, 'gm'))].map(
    ([, verb = '']) => verb,
  );

  test('names the verbs that people use', () => {
    expect(verbs).toEqual(
      expect.arrayContaining('approve reject pause resume promote abort retry start get list status'.split(' ')),
    );
  });

  test.each(verbs)('`sluice %s --help` is on stdout, with every option that the page writes for it', async (verb) => {
    const { code, out, err } = await cli.run(`${verb} --help`);
    const row = page.split('\n').filter((line) => line.startsWith(`| \`sluice ${verb} `));
    const options = row.flatMap((line) => line.match(/--[a-z]+/g) ?? []);

    expect([code, err]).toEqual([0, []]);
    // What schema and export print is JSON, whatever they are asked; watch, completion and run-if-idle print no result.
    const always = [
      'schema',
      'export',
      'audit export',
      'alarms dashboard',
      'watch',
      'completion',
      'run-if-idle',
    ].includes(verb)
      ? []
      : ['--json'];
    for (const option of [...options, ...always]) expect(out.join('\n')).toContain(option);
  });

  test.each(['pause', 'resume', 'promote', 'abort', 'retry', 'approve', 'reject', 'start', 'get', 'status'])(
    '`sluice %s` without what it needs is wrong usage, and says what is expected',
    async (verb) => {
      expect(await cli.run(verb)).toMatchObject({
        code: 2,
        out: [],
        err: expect.arrayContaining([expect.stringContaining(`sluice ${verb} --help`)]) as unknown,
      });
    },
  );
});
