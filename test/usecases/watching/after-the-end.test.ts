import { beforeEach, describe, expect, test } from '@jest/globals';
import { settleRollouts } from '../../../lib/usecases/watching/settle-rollouts.ts';
import { openRollout } from '../../../lib/usecases/opening/open-rollout.ts';
import { modelExecutionArn } from '../../model/model-executions.ts';
import { modelArns, modelSpec } from '../../model/model-world.ts';
import { badImage, type Journey, journeyTo, openInput, withApprovals } from '../journey.ts';
import { watched } from '../watched-world.ts';

const { keepFullFor, keepFor } = modelSpec().retention;
/** After this the retirement machine is late. */
const late = 1200;

let journey: Journey;

beforeEach(async () => {
  journey = await journeyTo('finished');
});

const later = (seconds: number) => {
  journey.world.time += seconds * 1000;
};
const sweep = async () =>
  (await settleRollouts(journey.world)).filter(({ rolloutId }) => rolloutId === journey.rolloutId);
/** A newer rollout begins, and its execution runs. */
async function openNewer(): Promise<string> {
  const executionArn = `${openInput().executionArn}-newer`;
  const startedAt = journey.world.now().toISOString();
  const opened = await openRollout({ ...openInput(badImage), executionArn, startedAt }, journey.world);
  if (opened.outcome !== 'opened') throw new Error(opened.outcome);
  journey.world.running.add(executionArn);
  return opened.rolloutId;
}
/** A sweep, and the one after it: the first may only announce. */
const swept = async () => [...(await sweep()), ...(await sweep())];
const retirements = () =>
  journey.world.startedRetirements.map(({ name, input }) => ({ name: name.replace(journey.rolloutId, ''), input }));
const waits = (keepFullSeconds: number, keepOneSeconds: number) => ({
  service: 'web',
  rolloutId: journey.rolloutId,
  keepFullSeconds,
  keepOneSeconds,
});

describe('a former blue whose retirement an outage has prevented', () => {
  test('is left alone while the retirement is not late', async () => {
    later(keepFullFor - 60);
    await swept();

    expect(retirements()).toEqual([]);
  });

  test('is retired by what is left of its retention once it is late', async () => {
    later(120);
    await swept();
    later(keepFullFor + late);
    expect(await swept()).toContainEqual({ rolloutId: journey.rolloutId, settled: false, retiring: true });

    expect(retirements()).toMatchObject([{ name: '-retire', input: { keepFullSeconds: 0 } }]);
    const [{ input } = { input: {} }] = retirements();
    expect(input).toEqual(waits(0, expect.closeTo(keepFor - keepFullFor - late, -3) as unknown as number));
  });

  test('is left to the machine that works for it, and gets another one where that failed', async () => {
    await journey.world.retirements.start(`${journey.rolloutId}-retire`, {});
    later(keepFor + late);
    await swept();
    expect(retirements()).toHaveLength(1);

    journey.world.running.clear();
    later(late);
    await swept();
    expect(retirements()).toEqual([
      { name: '-retire', input: {} },
      { name: '-retire-2', input: waits(0, 0) },
    ]);
  });

  test('stays where a person has stopped the machine', async () => {
    const name = `${journey.rolloutId}-retire`;
    await journey.world.retirements.start(name, {});
    journey.world.running.clear();
    journey.world.stopped.add(modelExecutionArn('retirement', name));
    later(keepFor + late);

    expect(await swept()).toMatchObject([{ rolloutId: journey.rolloutId, settled: true }]);
    expect(retirements()).toHaveLength(1);
  });

  test('waits while a newer rollout runs, which may be rejected yet', async () => {
    later(keepFor + late);
    await openNewer();
    await swept();
    expect(retirements()).toEqual([]);
    expect((await journey.world.store.unsettled()).map(({ rolloutId }) => rolloutId)).toContain(journey.rolloutId);
  });

  test('leaves the list once it is retired', async () => {
    await journey.append({ type: 'BlueScaledDown', count: 1 }, { type: 'BlueRetired' });
    await journey.world.store.endRetention('web', journey.rolloutId);
    later(120);
    await swept();

    expect(await journey.world.store.unsettled()).toEqual([]);
  });
});

describe('a header rule that was added after its rollout had ended', () => {
  const route = (rolloutId: string) => ({
    listenerArn: modelArns.listener,
    besideRule: modelArns.rule,
    header: 'canary',
    value: 'true',
    targetGroup: modelArns.groupB,
    rolloutId,
  });

  test('is removed, and so is that of an earlier rollout of the same listener', async () => {
    const before = journey.rolloutId;
    const own = await journey.world.router.openHeaderRoute(route(before));
    later(120);
    await swept();

    expect(journey.world.headerRoutes.has(own)).toBe(false);
    expect(journey.world.headerRoutes.size).toBe(0);
  });

  test('is left alone for as long as its writer may live', async () => {
    const own = await journey.world.router.openHeaderRoute(route(journey.rolloutId));
    later(20);
    await swept();

    expect(journey.world.headerRoutes.has(own)).toBe(true);
  });

  test('of an active rollout, and of one that another installation has made, stays', async () => {
    later(120);
    const kept = [
      await journey.world.router.openHeaderRoute(route(await openNewer())),
      await journey.world.router.openHeaderRoute(route('web-of-another-stage')),
    ];
    await swept();

    expect([...journey.world.headerRoutes.keys()]).toEqual(kept);
  });
});

describe('an execution that still waits for an approval', () => {
  const { executionArn } = openInput();

  test('which was refused goes on, until it has ended', async () => {
    journey = await journeyTo('checked', { spec: withApprovals() });
    journey.world.running.add(executionArn);
    await journey.append({ type: 'ApprovalRequested', until: '2026-03-02T10:00:00.000Z', required: ['qa'], asked: [] });
    await journey.append({ type: 'RolloutRejected', reason: 'no', results: [] });
    let wakes = 0;
    const sweepOnce = async (seconds: number) => {
      later(seconds);
      const wake = () => Promise.resolve(void (wakes += 1));
      return settleRollouts({ ...watched(journey.world).world, taskTokens: { wake } });
    };

    await sweepOnce(120);
    expect(wakes).toBe(0);
    await sweepOnce(300);
    await sweepOnce(300);
    expect(wakes).toBe(2);

    journey.world.running.clear();
    expect(await sweepOnce(300)).toEqual([{ rolloutId: journey.rolloutId, settled: true }]);
    expect(wakes).toBe(2);
  });
});
