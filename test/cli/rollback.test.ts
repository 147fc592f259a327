import { beforeEach, describe, expect, test } from '@jest/globals';
import { openedEvent } from '../contract/opened-event.ts';
import { digestOf, modelSpec } from '../model/model-world.ts';
import type { FakeCli } from './cli-harness.ts';
import { modelCli, openRollout, rolloutId } from './open-rollout.ts';

let cli: FakeCli;

beforeEach(async () => {
  cli = await modelCli();
});

/** Whom AWS says that the caller is. */
const grace = { standing: 'named', identities: ['arn:aws:iam::123456789012:user/grace'] };

describe('sluice rollback while a rollout runs', () => {
  test('starts the rollback machine with who and why, and waits until traffic is back', async () => {
    await openRollout(cli);
    cli.after(0.1, () => cli.append(rolloutId, { type: 'TrafficRestored', rules: 1 }));

    const ran = await cli.run(['rollback', 'web', '--reason', 'customers complain', '--yes']);

    expect(ran.code).toBe(0);
    const { events } = await cli.recorded(rolloutId);
    expect(events).toContainEqual({
      type: 'RollbackRequested',
      reason: 'customers complain',
      by: 'grace@laptop',
      how: 'command',
      principal: 'arn:aws:iam::123456789012:user/grace',
    });
    expect(cli.rollbacks).toEqual([{ rolloutId, input: { by: 'grace@laptop', reason: 'customers complain' } }]);
    expect(ran.err.join('\n')).toContain('All traffic is on blue.');
  });

  test('of a drill says that only the drill ends, and what brings an earlier version back', async () => {
    const opened = openedEvent({ drill: 'rollback' });
    await cli.store.open(rolloutId, opened, new Date(cli.time).toISOString());
    cli.answer = 'y';
    cli.after(0.1, () => cli.append(rolloutId, { type: 'TrafficRestored', rules: 1 }));

    const ran = await cli.run(['rollback', 'web', '--reason', 'users see errors']);

    expect(cli.asked[0]).toMatch(/is a drill of the rollback and will end.*users stay on that version/);
    const said = ran.err.join('\n');
    expect(said).toContain('users stay on the same version');
    expect(said).toContain('sluice rollback web --to last-known-good --stage production');
  });

  test('one that runs already is joined', async () => {
    await openRollout(cli);
    cli.joins = true;
    await cli.append(
      rolloutId,
      { type: 'RollbackRequested', by: 'x', reason: 'y' },
      { type: 'TrafficRestored', rules: 1 },
    );

    const ran = await cli.run(['rollback', 'web', '--reason', 'why', '--yes', '--json']);

    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.out.join(''))).toMatchObject({ rolloutId, joined: true, phase: 'rollingBack' });
  });

  test('says what to do by hand where traffic does not come back', async () => {
    await openRollout(cli);

    const ran = await cli.run(['rollback', 'web', '--reason', 'why', '--yes']);

    expect(ran.code).toBe(1);
    expect(ran.err.join('\n')).toContain('sluice rollback web --stage production --direct');
  });

  test('asks first, and goes on only where somebody says yes', async () => {
    await openRollout(cli);
    for (const [answer, code] of [
      [undefined, 1],
      ['', 1],
      ['no', 1],
      ['yeah', 1],
    ] as const) {
      cli.answer = answer;
      expect((await cli.run(['rollback', 'web', '--reason', 'why'])).code).toBe(code);
    }
    expect(cli.rollbacks).toEqual([]);
    expect(cli.asked[0]).toContain(`Rollout ${rolloutId} of`);

    cli.answer = ' Y ';
    await cli.run(['rollback', 'web', '--reason', 'why']);
    expect(cli.rollbacks).toHaveLength(1);
  });

  test('without a terminal it refuses and names --yes', async () => {
    await openRollout(cli);

    const { err } = await cli.run(['rollback', 'web', '--reason', 'why']);

    expect(err.join('\n')).toMatch(/no terminal.*--yes/);
  });

  test('another version is not named meanwhile', async () => {
    await openRollout(cli);

    const { code, err } = await cli.run(['rollback', 'web', '--reason', 'why', '--to', '411-3c9e1f0', '--yes']);

    expect(code).toBe(1);
    expect(err.join('\n')).toContain('Roll that back first');
  });
});

describe('the reason', () => {
  test.each([
    ['none', [], 'Say why, with --reason'],
    ['an empty one', ['--reason', '  '], 'Expected a reason'],
    ['one without end', ['--reason', 'x'.repeat(501)], 'at most 500'],
  ])('%s is refused', async (_, args, why) => {
    await openRollout(cli);

    const { code, err } = await cli.run(['rollback', 'web', '--yes', ...args]);

    expect(code).toBe(2);
    expect(err.join('\n')).toContain(why);
    expect(cli.rollbacks).toEqual([]);
  });

  test('what would steer a terminal is made visible', async () => {
    await openRollout(cli);

    await cli.run(['rollback', 'web', '--yes', '--reason', 'bad\u001b[2Jnews\n"}{']);

    expect(cli.rollbacks[0]?.input).toMatchObject({ reason: 'bad\\u{001b}[2Jnews\\u{000a}"}{' });
  });
});

describe('sluice rollback after a rollout', () => {
  async function finish(digest = digestOf('a')): Promise<void> {
    const at = new Date(cli.time).toISOString();
    await cli.store.open(rolloutId, openedEvent({ blueDigest: digest }), at);
    const steps = modelSpec().steps.flatMap(({ weight }, step) => [
      { type: 'TrafficShifted', step, weight } as const,
      { type: 'StepPassed', step, weight } as const,
    ]);
    await cli.append(
      rolloutId,
      { type: 'PreChecksPassed', results: [] },
      { type: 'GreenReady', running: 2, digest: digestOf('b') },
      { type: 'HeaderRouteOpened', header: 'canary', value: 'true' },
      ...steps,
      { type: 'RolloutSucceeded', digest: digestOf('b'), fullUntil: at, keptUntil: at },
    );
  }

  test('starts a rollout that returns to the kept version', async () => {
    await finish();

    const ran = await cli.run(['rollback', 'web', '--reason', 'why', '--yes']);

    expect(ran.code).toBe(0);
    expect(cli.starts.map(({ input }) => input)).toEqual([
      { service: 'web', requestedBy: 'grace@laptop', requester: grace, rollback: { to: 'kept', reason: 'why' } },
    ]);
  });

  test('--to the kept version is the same', async () => {
    await finish();

    await cli.run(['rollback', 'web', '--reason', 'why', '--yes', '--to', digestOf('a')]);

    expect(cli.starts.map(({ input }) => input)).toMatchObject([{ rollback: { to: 'kept' } }]);
  });

  test.each([rolloutId, '412-9f8d111', digestOf('b')])(
    '--to %s is a rollout of the digest in the record',
    async (to) => {
      await finish();

      await cli.run(['rollback', 'web', '--reason', 'why', '--yes', '--to', to]);

      expect(cli.starts.map(({ input }) => input)).toEqual([
        {
          service: 'web',
          requestedBy: 'grace@laptop',
          requester: grace,
          image: digestOf('b'),
          rollback: { to: 'version', reason: 'why' },
        },
      ]);
    },
  );

  test('--to last-known-good is the newest version that served and has an image, and says what it passes over', async () => {
    await finish();
    await cli.store.endRetention('web', rolloutId);

    const ran = await cli.run(['rollback', 'web', '--reason', 'why', '--yes', '--to', 'last-known-good']);

    expect(cli.starts.map(({ input }) => input)).toMatchObject([
      { image: digestOf('a'), rollback: { to: 'version', reason: 'why' } },
    ]);
    expect(ran.err).toContain(`Passed over: ${digestOf('b')}: it serves now`);
  });

  test('--to last-known-good of a service whose other versions have no image says so', async () => {
    await finish();
    cli.world.images.clear();

    const { code, err } = await cli.run(['rollback', 'web', '--reason', 'why', '--yes', '--to', 'last-known-good']);

    expect(code).toBe(1);
    expect(err.join('\n')).toContain('its image is gone from the registry');
    expect(err.join('\n')).toContain('No version of web is known to be good');
    expect(cli.starts).toEqual([]);
  });

  test('--to what never served says which versions did', async () => {
    await finish();

    const { code, err } = await cli.run(['rollback', 'web', '--reason', 'why', '--yes', '--to', '999-0000000']);

    expect(code).toBe(1);
    expect(err.join('\n')).toMatch(/No version "999-0000000".*412-9f8d111/);
    expect(cli.starts).toEqual([]);
  });

  test('where nothing is kept it says so, with the next step', async () => {
    await finish();
    await cli.store.endRetention('web', rolloutId);

    const { code, err } = await cli.run(['rollback', 'web', '--reason', 'why', '--yes']);

    expect(code).toBe(1);
    expect(err.join('\n')).toMatch(/nothing to go straight back to.*--to.*412-9f8d111/);
  });

  test('of a service that is not known it says so', async () => {
    const { code, err } = await cli.run(['rollback', 'shop', '--reason', 'why', '--yes']);

    expect(code).toBe(1);
    expect(err.join('\n')).toContain('knows no service "shop"');
  });
});
