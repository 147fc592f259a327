import { describe, expect, test } from '@jest/globals';
import { readLive, type LiveVersion } from '../../lib/report/live-version.ts';
import { cliOf } from '../cli/scenario-cli.ts';
import { digestOf, modelArns } from '../model/model-world.ts';
import {
  bakingScenario,
  hostileScenario,
  rollingBackScenario,
  Scenario,
  succeededScenario,
} from '../view/scenarios.ts';

/** What ECS and the load balancer show. */
interface Shown {
  readonly weights?: Readonly<Record<string, number>>;
  readonly digests?: readonly string[];
  readonly refused?: Error;
}

function liveOf({ weights = { [modelArns.groupB]: 100 }, digests = [digestOf('b')], refused }: Shown) {
  const answer = <Value>(value: Value) => (refused === undefined ? Promise.resolve(value) : Promise.reject(refused));
  const routing = { kind: 'rule', arn: modelArns.rule, listenerArn: 'listener', actions: [], weights } as const;
  return { router: { read: () => answer([routing]) }, runtime: { runningDigests: () => answer(digests) } };
}

async function versionOf(scenario: Scenario, shown: Shown = {}): Promise<LiveVersion | undefined> {
  return (await readLive({ store: scenario.store, live: liveOf(shown) }))[0];
}

describe('what is live', () => {
  test('is the version of the newest rollout that succeeded, where ECS and the load balancer show it', async () => {
    expect(await versionOf(await succeededScenario())).toEqual({
      service: 'web',
      version: '412-9f8d111',
      digest: digestOf('b'),
      rollout: {
        rolloutId: 'web-20260301-100000-abcdef',
        since: '2026-03-01T10:31:50.000Z',
        requestedBy: 'a test',
        goesBack: false,
      },
      running: undefined,
      seen: { is: 'asRecorded', slot: 'b' },
    });
  });

  test.each<[string, Shown, unknown]>([
    ['runs another image', { digests: [digestOf('c')] }, { is: 'otherwise', what: `slot b runs ${digestOf('c')}` }],
    [
      'runs two images',
      { digests: [digestOf('b'), digestOf('c')] },
      { is: 'otherwise', what: `slot b runs ${digestOf('b')}, ${digestOf('c')}` },
    ],
    ['runs nothing', { digests: [] }, { is: 'otherwise', what: 'slot b has all traffic and runs no task' }],
    [
      'has its traffic in the other slot',
      { weights: { [modelArns.groupA]: 100 }, digests: [digestOf('a')] },
      { is: 'otherwise', what: `slot a runs ${digestOf('a')}` },
    ],
    [
      'has its traffic split',
      { weights: { [modelArns.groupA]: 50, [modelArns.groupB]: 50 } },
      { is: 'otherwise', what: expect.any(String) },
    ],
    [
      'cannot be asked',
      { refused: Object.assign(new Error('User x may not.'), { name: 'AccessDenied' }) },
      { is: 'unknown', what: 'AccessDenied: User x may not.' },
    ],
  ])('of a service that %s is said so', async (_, shown, seen) => {
    expect((await versionOf(await succeededScenario(), shown))?.seen).toEqual(seen);
  });

  test('is what blue ran, where no rollout has succeeded yet; one under way is named', async () => {
    const version = await versionOf(await bakingScenario());

    expect(version).toMatchObject({
      ...{ version: undefined, digest: digestOf('a'), rollout: undefined },
      running: { image: '412-9f8d111', askedWeight: 25 },
      seen: { is: 'underWay' },
    });
  });

  test('stays the former version after a rollback, and is green where a person closed the rollback so', async () => {
    const closer = { by: 'Ana', how: 'command', reason: 'by hand' } as const;
    const closing = { type: 'CloseRequested', ...closer, traffic: [] } as const;
    const closed = { type: 'RollbackClosed', ...closer, putBack: [], stays: [] } as const;
    const back = await (await rollingBackScenario()).at(700, closing, { ...closed, serves: 'a' });
    const stays = await (await rollingBackScenario()).at(700, closing, { ...closed, serves: 'b' });

    expect(await versionOf(back)).toMatchObject({ digest: digestOf('a'), rollout: undefined });
    expect(await versionOf(stays)).toMatchObject({ version: '412-9f8d111', digest: digestOf('b') });
  });
});

describe('sluice live', () => {
  test('has a line a service; by the record alone nothing is asked', async () => {
    const cli = cliOf(await succeededScenario());

    expect((await cli.run('live --record-only')).out).toEqual([
      'Service  Live         Since                       Requested by  Rollout                     Seen                Under way',
      'web      412-9f8d111  2026-03-01 10:31:50 +00:00  a test        web-20260301-100000-abcdef  unknown: not asked  –',
    ]);
  });

  test('as Markdown is a table whose texts are escaped', async () => {
    const scenario = await hostileScenario();
    const { out } = await cliOf(scenario).run('live --markdown');

    expect(out[0]).toBe('# What is live in production');
    expect(out.join('\n')).toContain('| Service | Live |');
    expect(out.join('\n')).not.toMatch(/<(?!!-- -->)/);
    expect(out.filter((line) => /\p{C}/u.test(line))).toEqual([]);
  });

  test('as JSON says of each service whether it is as recorded', async () => {
    const { out } = await cliOf(await succeededScenario()).run('live --record-only --json');

    expect(JSON.parse(out.join(''))).toMatchObject([{ service: 'web', seen: { is: 'unknown', what: 'not asked' } }]);
  });

  test('without a service says how to add one', async () => {
    const { code, err } = await cliOf(new Scenario()).run('live');

    expect({ code, err }).toEqual({ code: 0, err: [expect.stringContaining('has no service yet')] });
  });
});
