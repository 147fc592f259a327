import { beforeEach, describe, expect, test } from '@jest/globals';
import { FakeCli, webSpec } from './cli-harness.ts';

let cli: FakeCli;
const run = (options = '', command = 'terraform apply -var password=hunter2') =>
  cli.run(`run-if-idle ${options} --as Ada -- ${command}`);
const stops = async (service = 'web') => (await cli.store.stops(service)).stops;

beforeEach(async () => {
  cli = new FakeCli();
  await cli.store.putSpec(webSpec(), 'a test', '2026-03-01T09:00:00.000Z');
  await cli.store.putSpec({ ...webSpec(), service: 'api' }, 'a test', '2026-03-01T09:00:00.000Z');
});

describe('sluice run-if-idle', () => {
  test('runs the command as it was written, with all rollouts held for as long, and exits as it does', async () => {
    let meanwhile: unknown;
    cli.child = async () => {
      meanwhile = await stops('api');
      return 7;
    };

    expect(await run()).toEqual({ code: 7, out: [], err: [] });
    expect(cli.ran).toEqual([['terraform', 'apply', '-var', 'password=hunter2']]);
    expect(meanwhile).toEqual([
      {
        ...{ by: 'Ada', reason: 'terraform runs, and nothing is rolled out meanwhile', at: '2026-03-01T10:00:00.000Z' },
        ...{ until: '2026-03-01T10:15:00.000Z', principal: 'arn:aws:iam::123456789012:user/grace' },
      },
    ]);
    expect(await stops('api')).toEqual([]);
    expect(cli.commands.map(({ command }) => command)).toEqual(['freeze', 'thaw']);
  });

  test('holds the services that are named alone, each once', async () => {
    const held: unknown[] = [];
    cli.child = async () => {
      held.push(
        (await stops('web')).map(({ service }) => service),
        (await stops('api')).map(({ service }) => service),
      );
      return 0;
    };

    await run('--service web --service web');

    expect(held).toEqual([['web'], []]);
    expect(await stops()).toEqual([]);
  });

  test('a stop is for 15 min, and is prolonged while the command runs, up to the limit', async () => {
    const ends: (string | undefined)[] = [];
    cli.child = async ({ seconds, renew }) => {
      for (let look = 0; look < 5; look += 1) {
        ends.push((await stops())[0]?.until?.slice(11, 16));
        await cli.pass(seconds);
        await renew();
      }
      return 0;
    };

    const { code, err } = await run('--limit 20m');

    expect({ code, ends }).toEqual({ code: 0, ends: ['10:15', '10:20', '10:20', '10:20', '10:20'] });
    expect(err).toEqual([
      'The limit is reached: rollouts begin again although the command still runs. Give more with --limit.',
      'The limit is reached: rollouts begin again although the command still runs. Give more with --limit.',
    ]);
  });

  test('with a rollout under way nothing is run or held, and the exit code says to try again', async () => {
    await cli.open('web-1');

    expect(await run()).toEqual({
      code: 75,
      out: [],
      err: [
        'Rollout web-1 is under way. See how far it is with: sluice status web-1 --stage production',
        'Nothing was run. Try again once it has ended, or wait for it with --wait.',
      ],
    });
    expect([cli.ran, cli.commands]).toEqual([[], []]);
    expect(await run('--service api')).toMatchObject({ code: 0 });
  });

  test('waits for a rollout under way without holding it', async () => {
    await cli.open('web-1');
    cli.after(100, async () => {
      expect(cli.commands).toEqual([]);
      await cli.append('web-1', { type: 'RolloutRejected', reason: 'no', results: [] });
    });

    expect(await run('--wait 5m')).toMatchObject({ code: 0, err: [] });
    expect(cli.ran).toHaveLength(1);
    expect((await run('--wait 5m --service web')).code).toBe(0);
  });

  test('a rollout that does not end in time is waited for no longer', async () => {
    await cli.open('web-1');

    expect((await run('--wait 5m')).code).toBe(75);
    expect(cli.time - Date.parse('2026-03-01T10:00:00.000Z')).toBe(300_000);
    expect(cli.ran).toEqual([]);
  });

  test('a rollout that begins while the stop is written is seen, and what was held goes on', async () => {
    const putStop = cli.store.putStop.bind(cli.store);
    cli.store.putStop = async (...stop) => {
      await putStop(...stop);
      await cli.open('web-1');
    };

    expect((await run()).code).toBe(75);
    expect(cli.ran).toEqual([]);
    expect(await stops()).toEqual([]);
  });

  test("somebody else's stop is not written over, and stays as it is", async () => {
    await cli.run('freeze web --reason moved --as Ana --for 4h');

    const { code, err } = await run('--service api --service web');

    expect(code).toBe(1);
    expect(err).toEqual([
      'error: Rollouts of web are stopped by Ana until 2026-03-01T14:00:00.000Z ("moved"), and a second stop would write over that one. Try again once it has ended, or end it with: sluice thaw web --stage production',
    ]);
    expect(cli.ran).toEqual([]);
    expect(await stops('api')).toEqual([]);
    expect(await stops()).toMatchObject([{ by: 'Ana' }]);
  });

  test('a stop that somebody writes over meanwhile is neither prolonged nor ended', async () => {
    cli.child = async ({ renew }) => {
      await cli.pass(1);
      await cli.run('freeze --all --reason moved --as Ana --for 4h');
      await renew();
      return 0;
    };

    await run();

    expect(await stops()).toMatchObject([{ by: 'Ana', until: '2026-03-01T14:00:01.000Z' }]);
  });

  test('a stop that can be neither prolonged nor ended ends by itself, and that is said; the command is not ended', async () => {
    cli.child = async ({ renew }) => {
      cli.isApiAway = true;
      await renew();
      return 0;
    };

    const { code, err } = await run();

    expect(code).toBe(0);
    expect(err[0]).toMatch(
      /^Rollouts could not be held for longer, and begin again within 15 min while the command still runs: /,
    );
    expect(err[1]).toMatch(
      /^All rollouts are still stopped: .* That ends by itself within 15 min, or with: sluice thaw --stage production --all$/,
    );
  });

  test('a command that cannot be started leaves nothing held', async () => {
    cli.child = () => Promise.reject(new Error('no such file'));

    expect((await run()).code).toBe(1);
    expect(await stops()).toEqual([]);
  });

  test('where it is not known whether something is under way nothing is run', async () => {
    cli.store.service = () => Promise.reject(new Error('the table does not answer'));

    expect((await run()).code).toBe(1);
    expect([cli.ran, cli.commands]).toEqual([[], []]);
  });

  test.each([
    ['no command', '', ''],
    ['a name that is none', '--service ../web', 'true'],
    ['a service that is not there', '--service shop', 'true'],
    ['a limit without a unit', '--limit 5', 'true'],
  ])('%s is refused', async (_, options, command) => {
    expect((await run(options, command)).code).not.toBe(0);
    expect([cli.ran, cli.commands]).toEqual([[], []]);
  });
});
