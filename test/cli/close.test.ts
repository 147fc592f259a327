import { beforeEach, describe, expect, test } from '@jest/globals';
import { modelArns } from '../model/model-world.ts';
import type { FakeCli } from './cli-harness.ts';
import { modelCli, onBlue, openRollout, rolloutId, split } from './open-rollout.ts';

let cli: FakeCli;

const closedEvent = {
  type: 'RollbackClosed',
  by: 'grace@laptop',
  how: 'command',
  reason: 'blue serves',
  serves: 'a',
  putBack: ['the lock is released'],
  stays: ["green's tasks run (web-b)"],
} as const;

beforeEach(async () => {
  cli = await modelCli();
  await openRollout(cli);
  await cli.append(rolloutId, { type: 'RollbackRequested', by: 'the rollout', reason: 'too many errors' });
  cli.world.actions.set(modelArns.rule, onBlue);
});

const run = (...more: readonly string[]) => cli.run(['close', 'web', '--reason', 'blue serves', ...more]);

describe('sluice close', () => {
  test('records who and why, says what stays and what is put back, and starts the machine', async () => {
    cli.after(1, () => cli.append(rolloutId, closedEvent));

    const ran = await run('--yes');

    expect(ran.code).toBe(0);
    expect(cli.closings).toEqual([{ rolloutId, input: { by: 'grace@laptop', reason: 'blue serves', close: 'yes' } }]);
    const recorded = (await cli.store.events(rolloutId, 0)).map(({ event }) => event);
    expect(recorded).toContainEqual({
      type: 'CloseRequested',
      by: 'grace@laptop',
      how: 'command',
      principal: 'arn:aws:iam::123456789012:user/grace',
      reason: 'blue serves',
      traffic: [
        `${modelArns.rule} sends 0 % to green, 100 % to blue`,
        'blue: 2 of 2 targets are healthy',
        'green: 0 of 0 targets are healthy',
      ],
    });
    const err = ran.err.join('\n');
    expect(err).toMatch(/stays +.*sends 0 % to green/);
    expect(err).toMatch(/stays +green's tasks \(web-b\)/);
    expect(err).toMatch(/put back +the lock is released/);
    expect(ran.out.join('\n')).toContain('closed by grace@laptop: blue serves');
  });

  test.each([
    ['traffic is split', () => cli.world.actions.set(modelArns.rule, split), 'not wholly on one side'],
    [
      'the side with all traffic has no healthy target',
      () => (cli.world.router.targetHealth = () => Promise.resolve({ healthy: 0, unhealthy: 2, total: 2 })),
      'all traffic is on blue, of which no healthy target could be seen',
    ],
    [
      'health cannot be read',
      () => (cli.world.router.targetHealth = () => Promise.reject(new Error('Throttling'))),
      'no healthy target could be seen',
    ],
    [
      'rules cannot be read',
      () => (cli.world.router.find = () => Promise.reject(new Error('down'))),
      'could not be read',
    ],
  ])('is refused where %s, unless it is confirmed', async (_, prepare, why) => {
    prepare();

    const refused = await run('--yes');
    expect(refused.code).toBe(1);
    expect(refused.err.join('\n')).toContain(why);
    expect(refused.err.join('\n')).toContain('--traffic-as-it-is');
    expect(cli.closings).toEqual([]);

    cli.after(1, () => cli.append(rolloutId, closedEvent));
    expect((await run('--yes', '--traffic-as-it-is')).code).toBe(0);
    expect(cli.closings).toHaveLength(1);
  });

  test('asks first, and does nothing without a yes', async () => {
    expect((await run()).code).toBe(1);
    cli.answer = 'no';
    expect((await run()).code).toBe(1);

    expect(cli.asked[0]).toContain('will be closed as it is');
    expect(cli.closings).toEqual([]);
  });

  test('needs a reason', async () => {
    const ran = await cli.run(['close', 'web', '--yes']);

    expect(ran.code).toBe(2);
    expect(ran.err.join('\n')).toContain('--reason');
  });

  test('of a rollout that runs names abort instead', async () => {
    const fresh = await modelCli();
    await openRollout(fresh);

    const ran = await fresh.run(['close', 'web', '--reason', 'x', '--yes']);

    expect(ran.code).toBe(1);
    expect(ran.err.join('\n')).toContain(`sluice abort ${rolloutId}`);
  });

  test('a second request starts the machine again and records nothing twice', async () => {
    cli.after(100, () => cli.append(rolloutId, closedEvent));
    const first = await run('--yes');
    expect(first.code).toBe(1);
    expect(first.err.join('\n')).toContain('not closed after 60 s');

    expect((await run('--yes')).code).toBe(0);
    expect(cli.closings).toHaveLength(2);
    const recorded = (await cli.store.events(rolloutId, 0)).filter(({ event }) => event.type === 'CloseRequested');
    expect(recorded).toHaveLength(1);
  });
});
