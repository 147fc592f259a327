import { beforeEach, describe, expect, test } from '@jest/globals';
import type { RolloutEvent } from '../../lib/rollout/events.ts';
import { FakeCli, webSpec } from './cli-harness.ts';

let cli: FakeCli;
let staging: FakeCli;
const digestOf = (letter: string) => `sha256:${letter.repeat(64)}`;
const imageOf = (letter: string) => ({ repositoryUri: 'registry/shop/web', digest: digestOf(letter) });

beforeEach(async () => {
  cli = new FakeCli();
  await cli.store.putSpec(webSpec(), 'ada', '2026-03-01T09:00:00.000Z');
  staging = new FakeCli();
  cli.stages.set('staging', staging);
});

const toSuccess = (letter: string): readonly RolloutEvent[] => [
  { type: 'PreChecksPassed', results: [] },
  { type: 'GreenReady', running: 2, digest: digestOf(letter) },
  { type: 'HeaderRouteOpened', header: 'canary', value: 'true' },
  { type: 'TrafficShifted', step: 0, weight: 100 },
  { type: 'StepPassed', step: 0, weight: 100 },
  {
    type: 'RolloutSucceeded',
    digest: digestOf(letter),
    fullUntil: '2026-03-01T11:00:00Z',
    keptUntil: '2026-03-02T10:00:00Z',
  },
];
async function rolledOut(rolloutId: string, letter: string): Promise<void> {
  const spec = { ...webSpec(), steps: [{ weight: 100, bake: 60 }] };
  await staging.open(rolloutId, { spec, image: imageOf(letter) });
  await staging.append(rolloutId, ...toSuccess(letter));
}
const start = () => cli.run('start web --from staging');

describe('sluice start --from', () => {
  test('starts the digest that the other stage brought in last', async () => {
    await rolledOut('web-1', 'b');
    await rolledOut('web-2', 'c');
    await start();

    expect(cli.starts).toMatchObject([{ input: { service: 'web', image: digestOf('c') } }]);
    expect(staging.starts).toEqual([]);
    expect(cli.connected.map(({ stage }) => stage)).toEqual(['staging', 'production']);
  });

  test('starts what serves there after a rollout that was rejected: the version before', async () => {
    await rolledOut('web-1', 'b');
    await staging.open('web-2', { image: imageOf('c'), blueDigest: digestOf('b') });
    await staging.append('web-2', { type: 'RolloutRejected', reason: 'x', results: [] });
    await start();

    expect(cli.starts).toMatchObject([{ input: { image: digestOf('b') } }]);
  });

  test.each<[string, () => Promise<void>, string]>([
    ['knows no rollout', () => Promise.resolve(), 'Stage staging knows no rollout of web'],
    ['has one under way', () => staging.open('web-1'), 'web-1 is under way in staging'],
    [
      'does not say what serves',
      async () => {
        await staging.open('web-1');
        await staging.append('web-1', { type: 'RolloutRejected', reason: 'x', results: [] });
      },
      'does not say what serves since web-1',
    ],
  ])('starts nothing where the other stage %s', async (_, prepare, says) => {
    await prepare();
    const { code, err } = await start();

    expect(code).toBe(1);
    expect(err.join('\n')).toContain(says);
    expect(cli.starts).toEqual([]);
  });

  test.each(['--image 412-9f8d111', '--same-image'])('takes no %s beside it', async (other) => {
    expect(await cli.run(`start web --from staging ${other}`)).toMatchObject({
      code: 2,
      err: [expect.stringContaining('Say what to roll out')],
    });
  });
});
