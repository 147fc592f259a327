import { beforeEach, describe, expect, test } from '@jest/globals';
import type { RolloutEvent } from '../../lib/rollout/events.ts';
import { recordedRollout } from '../../lib/cli/attest/recorded-rollout.ts';
import { openedEvent } from '../contract/opened-event.ts';
import { digestOf } from '../model/model-world.ts';
import { samples } from '../rollout/sample-events.ts';
import type { FakeCli } from './cli-harness.ts';
import { modelCli } from './open-rollout.ts';

let cli: FakeCli;

beforeEach(async () => {
  cli = await modelCli();
});

const printed = ({ out, err }: { readonly out: readonly string[]; readonly err: readonly string[] }) =>
  [...out, ...err].join('\n');

/** A drill in the record, whose events came 300 s, 640 ms and 40 s after each other. */
async function drilled(passed = true): Promise<void> {
  const at = (milliseconds: number) => new Date(cli.time + milliseconds).toISOString();
  const served = { image: { repositoryUri: 'shop/web', digest: digestOf('a'), tag: '411-3c9e1f0' } };
  const opened = await cli.store.open('web-drill', openedEvent({ ...served, drill: 'rollback' }), at(0));
  if (opened.outcome !== 'opened') throw new Error('busy');
  let { stored } = opened;
  const append = async (milliseconds: number, ...events: readonly RolloutEvent[]) => {
    stored = await cli.store.append(stored, events, at(milliseconds));
  };
  await append(1, { type: 'PreChecksPassed', results: [] });
  await append(2, { type: 'GreenDeployed', taskDefinition: 'web:2', deploymentId: 'd', count: 2 });
  await append(3, { type: 'GreenReady', running: 2, digest: digestOf('a') });
  await append(4, samples.GreenVerified);
  await append(5, samples.HeaderRouteOpened);
  await append(1000, { type: 'TrafficShifted', step: 0, weight: 5 });
  await append(
    301_000,
    passed
      ? { type: 'DrillTurnedBack', reason: 'this is a drill' }
      : { type: 'RollbackRequested', reason: 'errors', by: 'the rollout' },
  );
  await append(301_640, { type: 'TrafficRestored', rules: 1 });
  const figures = { weight: 5, seconds: 300, acceptedMilliseconds: 640, wholeMilliseconds: 40_000 };
  const reason = passed ? 'this is a drill' : 'errors';
  await append(341_000, { type: 'DrillFinished', kind: 'rollback', passed, reason, ...figures });
  await append(341_000, { type: 'RolledBack', reason });
  if (passed) await append(600_000, { type: 'RequestsMoved', blue: 900, green: 0, seconds: 120 });
}

describe('sluice drill rollback', () => {
  const order = ['drill', 'rollback', 'web', '--reason', 'quarterly drill'];

  test('has the stack start it with what serves, once somebody agrees', async () => {
    const { code, err } = await cli.run([...order, '--as', 'ada', '--yes', '--give-up-kept']);

    expect(cli.starts[0]?.input).toMatchObject({
      ...{ service: 'web', drill: 'rollback', givesUpKept: true, reason: 'quarterly drill', requestedBy: 'ada' },
    });
    expect(cli.starts[0]?.input).not.toHaveProperty('image');
    expect([code, err.join()]).toEqual([0, expect.stringContaining('The drill is ordered but not opened yet')]);
  });

  test('does nothing without a terminal to agree at, without a reason, or while the API is away', async () => {
    expect(printed(await cli.run(order))).toContain('Users get the same version from both sides. Nothing was done');
    expect((await cli.run(['drill', 'rollback', 'web', '--yes'])).code).toBe(2);
    cli.isApiAway = true;
    expect((await cli.run([...order, '--yes'])).code).toBe(1);
    expect(cli.starts).toEqual([]);
  });

  test('is tried again by no retry', async () => {
    await drilled();
    const { code, err } = await cli.run(['retry', 'web-drill']);
    expect([code, err.join()]).toEqual([
      1,
      expect.stringContaining('Rollout web-drill is a drill. Order another one with: sluice drill rollback web'),
    ]);
  });
});

describe('sluice drill last', () => {
  test('prints the figures of a drill, and users where they were counted', async () => {
    await drilled();
    const { code, out } = await cli.run(['drill', 'last', 'web']);

    expect(code).toBe(0);
    expect(out.join('\n')).toContain('web-drill: drill, which passed');
    expect(out.join('\n')).toMatch(/green had +5 % for 5m/);
    expect(out.join('\n')).toMatch(/accepted +640 ms after the decision/);
    expect(out.join('\n')).toMatch(/users +900 requests on blue within 120 s, 0 on green/);
    expect(out.join('\n')).toMatch(/whole rollback +40.0 s from the decision/);
  });

  test('tells machines the same, and ends with 1 where it did not pass', async () => {
    await drilled(false);
    const { code, out } = await cli.run(['drill', 'last', 'web', '--json']);

    expect(code).toBe(1);
    expect(JSON.parse(out.join(''))).toMatchObject({
      ...{ service: 'web', rolloutId: 'web-drill', kind: 'drill', passed: false, acceptedMilliseconds: 640 },
      requestsMoved: null,
    });
  });

  test('says how to run one where there is none, and knows no other service', async () => {
    expect(printed(await cli.run(['drill', 'last', 'web']))).toContain('Run one: sluice drill rollback web');
    expect(printed(await cli.run(['drill', 'last', 'shop']))).toContain('knows no service "shop"');
  });
});

describe('a drill in the record', () => {
  test('is shown as one, in the list, the status and the report', async () => {
    await drilled();

    expect(printed(await cli.run(['list', 'web']))).toContain('rolledBack (drill)');
    expect(printed(await cli.run(['status', 'web-drill']))).toContain('drill of the rollback: rolled back');
    expect(printed(await cli.run(['report', 'web-drill']))).toContain('The drill has passed');
    expect(JSON.parse((await cli.run(['status', 'web-drill', '--json'])).out.join(''))).toMatchObject({
      drill: 'rollback',
      drilled: { passed: true },
    });
  });

  test('attests nothing against the version that serves', async () => {
    await drilled();
    await expect(recordedRollout('web', digestOf('a'), 'test', cli.store, new Date(cli.time))).rejects.toThrow(
      'has not tried a rollout of',
    );
  });
});
