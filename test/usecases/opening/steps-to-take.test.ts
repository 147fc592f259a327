import { describe, expect, test } from '@jest/globals';
import type { World } from '../../../lib/ports/world.ts';
import { openRollout } from '../../../lib/usecases/opening/open-rollout.ts';
import { modelSpec } from '../../model/model-world.ts';
import { goodImage, journeyTo, openInput } from '../journey.ts';
import { altered } from '../watched-world.ts';

const steps = [
  { weight: 1, bake: '20s', leaveOutWhenQuiet: true },
  { weight: 50, bake: '20s' },
  { weight: 100, bake: '20s' },
];

/** Opens a rollout of a service with so many requests a second before it. */
async function openedAt(
  perSecond: number | 'never' | undefined,
  overrides: Readonly<Record<string, unknown>> = { steps },
) {
  const journey = await journeyTo('applied', { spec: modelSpec(overrides) });
  const asked: string[] = [];
  const metrics: World['metrics'] = {
    read: ({ from, to, metrics: names }) => {
      asked.push(...names);
      if (perSecond === 'never') return new Promise<never>(() => undefined);
      if (perSecond === undefined) return Promise.reject(new Error('Rate exceeded'));
      return Promise.resolve([{ at: from, blue: { requests: perSecond * (to - from) }, green: {} }]);
    },
  };
  const request = { service: 'web', image: goodImage };
  const output = await openRollout({ ...openInput(), request }, altered(journey.world, { metrics }));
  if (output.outcome !== 'opened') throw new Error(`not opened: ${JSON.stringify(output)}`);
  const stored = await journey.world.store.load(output.rolloutId);
  return { asked, state: stored?.state };
}

describe('the steps that a rollout takes', () => {
  test('begin with 1 % where the last hour says that green gets enough requests in it', async () => {
    const { state, asked } = await openedAt(100);

    expect(asked).toEqual(['requests']);
    expect(state).toMatchObject({ leftOut: [], requestsPerSecond: 100 });
    expect(state?.spec.steps.map(({ weight }) => weight)).toEqual([1, 50, 100]);
  });

  test.each([
    ['too little traffic', 2],
    ['no traffic at all', 0],
    ['traffic that could not be read', undefined],
  ])('go without it for %s, as the record says', async (_, perSecond) => {
    const { state } = await openedAt(perSecond);

    expect(state?.leftOut).toEqual([1]);
    expect(state?.requestsPerSecond).toBe(perSecond);
    expect(state?.spec.steps.map(({ weight }) => weight)).toEqual([50, 100]);
  });

  test('do not wait long for metrics that do not answer: the opening has other things to read', async () => {
    const { state } = await openedAt('never');

    expect(state?.leftOut).toEqual([1]);
    expect(state?.requestsPerSecond).toBeUndefined();
  });

  test('are those of the spec where none may be left out, and the record says what traffic they gather from', async () => {
    const { state, asked } = await openedAt(2, { steps: steps.map(({ weight, bake }) => ({ weight, bake })) });

    expect(asked).toEqual(['requests']);
    expect(state).toMatchObject({ leftOut: [], requestsPerSecond: 2 });
    expect(state?.spec.steps.map(({ weight }) => weight)).toEqual([1, 50, 100]);
  });
});
