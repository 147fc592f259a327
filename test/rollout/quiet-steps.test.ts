import { describe, expect, test } from '@jest/globals';
import {
  bakeNeeded,
  describeGathered,
  chosenSteps,
  describeQuiet,
  quietSteps,
  requestsGathered,
  trafficNeeded,
} from '../../lib/rollout/quiet-steps.ts';
import { defaultSpec } from '../model/model-world.ts';

const spec = defaultSpec();
const weights = (perSecond: number | undefined) => chosenSteps(spec, perSecond).steps.map(({ weight }) => weight);

describe('the steps of a rollout by the traffic of its service', () => {
  test('begin with 1 % where that gives green enough requests, and go without it elsewhere', () => {
    expect(weights(100)).toEqual([1, 5, 25, 50, 90, 100]);
    expect(weights(2)).toEqual([5, 25, 50, 90, 100]);
    expect(weights(0)).toEqual([5, 25, 50, 90, 100]);
  });

  test('go without it where the traffic is not known', () => {
    expect(weights(undefined)).toEqual([5, 25, 50, 90, 100]);
    expect(describeQuiet(spec, [1], undefined)).toEqual([
      'The step of 1 % is left out: the traffic of the last hour could not be read.',
    ]);
  });

  test('are those of the spec where none may be left out', () => {
    const steps = [
      { weight: 1, bake: '5m' },
      { weight: 100, bake: '5m' },
    ];

    expect(chosenSteps(defaultSpec({ steps }), undefined)).toMatchObject({
      steps: [{ weight: 1 }, { weight: 100 }],
      leftOut: [],
    });
  });

  test('of a rollout to an earlier version are left out likewise', () => {
    const steps = [
      { weight: 1, bake: '5m', leaveOutWhenQuiet: true },
      { weight: 100, bake: '5m' },
    ];
    const ofRollback = defaultSpec({ rollback: { steps } });

    expect(chosenSteps({ ...ofRollback, steps: ofRollback.rollback.steps }, 2)).toMatchObject({
      steps: [{ weight: 100 }],
      leftOut: [{ weight: 1 }],
    });
  });

  test('count only what has settled when the bake ends', () => {
    const [first] = spec.steps;
    if (first === undefined) throw new Error('no step');

    // 300 s less a lag of 120 s and the minute in which the weight changes.
    expect(requestsGathered(spec, first, 100)).toBe(120);
    expect(trafficNeeded(spec, first)).toBeCloseTo(50 / 1.2, 9);
    expect(trafficNeeded(spec, { ...first, bake: 180 })).toBeUndefined();
  });

  test('take the most requests that a gate needs', () => {
    const [gate, ...rest] = spec.gates;
    if (gate === undefined) throw new Error('no gate');
    const demanding = { ...spec, gates: [{ ...gate, minimumRequests: 5000 }, ...rest] };

    expect(chosenSteps(demanding, 100).leftOut).toMatchObject([{ weight: 1 }]);
  });

  test('are said to be held where they gather too little, with a bake that would do', () => {
    const perSecond = 5 / 60;
    const said = describeQuiet({ ...spec, steps: chosenSteps(spec, perSecond).steps }, [1], perSecond);

    expect(said).toEqual([
      'The step of 1 % is left out: at 5 requests a minute green would have fewer than the 50 requests in it that a step needs.',
      'The step of 5 % gathers about 3 of the 50 requests that it needs in 15m, so it will be held; write `bake: 3h23m` for it.',
      'The step of 25 % gathers about 33 of the 50 requests that it needs in 30m, so it will be held; write `bake: 43m` for it.',
      'The step of 90 % gathers about 31 of the 50 requests that it needs in 10m, so it will be held; write `bake: 15m` for it.',
      'The step of 100 % gathers about 35 of the 50 requests that it needs in 10m, so it will be held; write `bake: 13m` for it.',
    ]);
    for (const step of spec.steps) {
      const bake = bakeNeeded(spec, step, perSecond) ?? 0;
      expect(requestsGathered(spec, { ...step, bake }, perSecond)).toBeGreaterThan(49.999);
    }
    expect(describeQuiet(spec, [], 100)).toEqual([]);
    expect(bakeNeeded(spec, { weight: 5, bake: 900 }, 0)).toBeUndefined();
  });

  test('say at a known traffic what each gathers beside what it needs', () => {
    expect(describeGathered(spec, 2)).toBe(
      'Each step needs 50 requests to green. At 2 requests a second green gets in each bake: 2 at 1 %, 72 at 5 %, 810 at 25 %, 1620 at 50 %, 756 at 90 %, 840 at 100 %',
    );
  });

  test('have a remedy that a spec can hold: no bake beyond the longest, and no bake without traffic', () => {
    const says = (perSecond: number) => quietSteps(spec, perSecond)[0]?.says;

    expect(bakeNeeded(spec, { weight: 1, bake: 300 }, 1 / 60)).toBeUndefined();
    expect(says(1 / 60)).toMatch(
      /; no bake of at most 1d is long enough: give it a larger weight, or a smaller `minimumRequests`$/,
    );
    expect(says(0)).toMatch(/so it will be held; roll out while the service has traffic$/);
  });

  test('of a rollout whose traffic could not be read are not said to gather enough', () => {
    expect(describeQuiet(spec, [], undefined)).toEqual([
      'The traffic of the last hour could not be read, so it is not known whether each step gathers the 50 requests that it needs.',
    ]);
  });
});
