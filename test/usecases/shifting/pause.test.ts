import { describe, expect, test } from '@jest/globals';
import { weightsOf, withGreenWeight } from '../../../lib/drivers/rules/routing.ts';
import { shiftTraffic } from '../../../lib/usecases/shifting/shift-traffic.ts';
import { modelArns, modelSpec } from '../../model/model-world.ts';
import { command } from '../commanded.ts';
import { journeyTo } from '../journey.ts';
import { useCases } from '../use-cases.ts';
import { watched } from '../watched-world.ts';

describe('pause', () => {
  const green = modelArns.groupB;
  const severalRules = modelSpec({
    traffic: ['f', '1', '2'].map((last) => ({ rule: `${modelArns.rule.slice(0, -1)}${last}` })),
  });

  test('holds at once: no rule gets green more after it, whichever call it comes before, and none is left half way', async () => {
    const { calls } = watched((await journeyTo('routed', { spec: severalRules })).world);
    const counted = await journeyTo('routed', { spec: severalRules });
    const spiedOnce = watched(counted.world);
    await shiftTraffic({ ...counted.owned, step: 0 }, spiedOnce.world);
    expect(calls).toEqual([]);

    for (let number = 1; number <= spiedOnce.calls.length; number += 1) {
      const journey = await journeyTo('routed', { spec: severalRules });
      const shifted = () => [...journey.world.actions.values()].filter((actions) => weightsOf(actions)[green] === 10);
      let atPause = 0;
      const spied = watched(journey.world, async (call, count) => {
        if (count !== number) return;
        // The call that has begun can no longer be stopped, whatever it is.
        atPause = shifted().length + (call === 'router.write' ? 1 : 0);
        await command(journey, 'pause');
      });
      const { outcome } = await shiftTraffic({ ...journey.owned, step: 0 }, spied.world);

      expect([0, atPause]).toContain(shifted().length);
      expect(shifted()).toHaveLength(outcome === 'shifted' ? 3 : 0);
    }
    expect(spiedOnce.calls.length).toBeGreaterThan(5);
  });

  test('a shift goes on where it was stopped once it is resumed', async () => {
    const journey = await journeyTo('routed');
    await command(journey, 'pause');
    expect(await useCases.shiftTraffic(journey, journey.world)).toEqual({ outcome: 'paused', waitSeconds: 1 });
    expect(journey.world.changes).toEqual([]);

    await command(journey, 'resume');
    expect(await useCases.shiftTraffic(journey, journey.world)).toMatchObject({ outcome: 'shifted' });
    expect(journey.world.weights()).toEqual({ [modelArns.groupA]: 90, [modelArns.groupB]: 10 });
  });

  test('traffic that somebody gives to green meanwhile is foreign, also where it is just what the next step would give', async () => {
    const journey = await journeyTo('routed');
    await command(journey, 'pause');
    const actions = journey.world.actions.get(modelArns.rule) ?? [];
    journey.world.actions.set(modelArns.rule, withGreenWeight(actions, { blue: modelArns.groupA, green }, 10));

    expect(await useCases.analyseGreen(journey, journey.world)).toMatchObject({ outcome: 'rollBack' });
    expect((await journey.stored()).state.reason).toContain('expected green with 0 %, blue with the rest');
  });

  test('a paused bake passes no step, however good green is and however long it takes', async () => {
    const journey = await journeyTo('shifted');
    await command(journey, 'pause');
    journey.world.time += 3600_000;

    expect(await useCases.analyseGreen(journey, journey.world)).toMatchObject({
      outcome: 'keepBaking',
      verdict: 'pass',
    });
    await command(journey, 'resume');
    expect(await useCases.analyseGreen(journey, journey.world)).toMatchObject({ outcome: 'stepPassed' });
  });

  test('a failing gate rolls a paused rollout back all the same', async () => {
    const journey = await journeyTo('shifted', { image: '413-b4dc0de' });
    await command(journey, 'pause');
    journey.world.time += 3000;

    expect(await useCases.analyseGreen(journey, journey.world)).toMatchObject({ outcome: 'rollBack' });
  });

  test('the cap on holding does not run while it is paused', async () => {
    const journey = await journeyTo('shifted', { spec: modelSpec({ timeouts: { hold: '10s' } }) });
    journey.world.requestsPerSecond = 0;
    await command(journey, 'pause');
    journey.world.time += 60_000;
    await command(journey, 'resume');

    expect(await useCases.analyseGreen(journey, journey.world)).toMatchObject({ outcome: 'keepBaking' });
    journey.world.time += 16_000;
    expect(await useCases.analyseGreen(journey, journey.world)).toMatchObject({ outcome: 'rollBack' });
  });
});
