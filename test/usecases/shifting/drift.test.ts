import { beforeEach, describe, expect, test } from '@jest/globals';
import { digestOf, modelArns, modelSpec, type ModelWorld } from '../../model/model-world.ts';
import { badImage, type Journey, journeyTo } from '../journey.ts';
import { useCases } from '../use-cases.ts';
import { altered } from '../watched-world.ts';

let journey: Journey;

beforeEach(async () => {
  journey = await journeyTo('shifted');
});

const { groupA, groupB, rule } = modelArns;
const split = (blue: number, green: number) => [
  {
    Type: 'forward',
    Order: 1,
    ForwardConfig: {
      TargetGroups: [
        { TargetGroupArn: groupA, Weight: blue },
        { TargetGroupArn: groupB, Weight: green },
      ],
    },
  },
];
const slot = (world: ModelWorld, name: 'web-a' | 'web-b') => {
  const found = world.slots.get(name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
};

type Interfere = (world: ModelWorld) => void;

/** What can be waited for, and how it is put back. */
const harmless: readonly (readonly [string, Interfere, Interfere, RegExp])[] = [
  [
    'gives green less than the step says',
    ({ actions }) => actions.set(rule, split(97, 3)),
    ({ actions }) => actions.set(rule, split(90, 10)),
    /green with 10 %.*web-a: 97, web-b: 3/,
  ],
  [
    'makes the rule ask users who they are',
    ({ actions }) => actions.set(rule, [{ Type: 'authenticate-cognito', Order: 1 }, ...split(90, 10)]),
    ({ actions }) => actions.set(rule, split(90, 10)),
    /actions of rule .*authenticate-cognito/,
  ],
  [
    "changes the rule's priority",
    ({ priorities }) => priorities.set(rule, '7'),
    ({ priorities }) => priorities.delete(rule),
    /priority of rule .*"expected":"10","found":"7"/,
  ],
  [
    'scales blue down',
    (world) => (slot(world, 'web-a').desired = 1),
    (world) => (slot(world, 'web-a').desired = 2),
    /blue's ECS service web-a.*2 tasks or more.*"found":"1"/,
  ],
  [
    'deploys to blue',
    (world) => (slot(world, 'web-a').taskDefinition = 'web:7'),
    (world) => (slot(world, 'web-a').taskDefinition = 'web:1'),
    /"expected":"web:1","found":"web:7"/,
  ],
  [
    'deploys to green',
    (world) => (slot(world, 'web-b').taskDefinition = 'web:7'),
    (world) => (slot(world, 'web-b').taskDefinition = `web:${digestOf('b')}`),
    /green's ECS service web-b.*"found":"web:7"/,
  ],
];

/** What leads traffic astray or gives green more of it. */
const harmful: readonly (readonly [string, Interfere, string])[] = [
  ['gives green more than the step says', ({ actions }) => actions.set(rule, split(40, 60)), 'web-a: 40, web-b: 60'],
  [
    'sends traffic elsewhere',
    ({ actions }) => actions.set(rule, [{ Type: 'forward', TargetGroupArn: groupA.replace('web-a', 'other') }]),
    'other: 1',
  ],
  ['answers itself', ({ actions }) => actions.set(rule, [{ Type: 'fixed-response' }]), 'fixed-response'],
  ['deletes the rule', ({ actions }) => actions.delete(rule), 'it was deleted'],
  ['deletes an ECS service', ({ slots }) => slots.delete('web-a'), "blue's ECS service web-a"],
];

const look = (on: Journey, seconds = 1) => {
  on.world.time += seconds * 1000;
  return useCases.analyseGreen(on, on.world);
};
const foreign = async (journey: Journey) =>
  (await journey.events()).filter(({ type }) => type.startsWith('ForeignChange'));

describe('somebody who, during a bake,', () => {
  test.each(harmless)(
    '%s is noticed at the next look, and nothing passes until it is put back',
    async (_, interfere, undo, said) => {
      interfere(journey.world);
      expect(await look(journey)).toMatchObject({ outcome: 'keepBaking' });
      expect(await look(journey, 100)).toMatchObject({ outcome: 'keepBaking' });

      const [told, ...others] = await foreign(journey);
      expect(JSON.stringify(told)).toMatch(said);
      expect(others).toEqual([]);

      undo(journey.world);
      expect(await look(journey)).toMatchObject({ outcome: 'stepPassed' });
      expect((await foreign(journey)).map(({ type }) => type)).toEqual(['ForeignChange', 'ForeignChangeUndone']);
    },
  );

  test.each(harmless)('%s and leaves it so has the rollout go back at the cap', async (_, interfere) => {
    interfere(journey.world);
    await look(journey);
    expect(await look(journey, 14 * 60)).toMatchObject({ outcome: 'keepBaking' });

    expect(await look(journey, 70)).toMatchObject({ outcome: 'rollBack' });
    expect((await journey.stored()).state.reason).toMatch(/Others changed .* not put back within 900 s/);
  });

  test.each(harmful)('%s has it go back at once', async (_, interfere, said) => {
    interfere(journey.world);

    expect(await look(journey)).toMatchObject({ outcome: 'rollBack' });
    expect((await journey.stored()).state.reason).toContain(said);
  });

  test('changes something else meanwhile is told again', async () => {
    journey.world.priorities.set(rule, '7');
    await look(journey);
    slot(journey.world, 'web-a').desired = 1;
    await look(journey);
    await look(journey);

    expect(await foreign(journey)).toHaveLength(2);
  });

  test('adds tasks, as autoscaling does, is not told', async () => {
    slot(journey.world, 'web-a').desired = 9;
    slot(journey.world, 'web-b').desired = 9;
    await look(journey);

    expect(await foreign(journey)).toEqual([]);
  });

  test('interferes with a green that fails does not keep it from going back', async () => {
    journey = await journeyTo('shifted', { image: badImage });
    journey.world.priorities.set(rule, '7');

    expect(await look(journey, 5)).toMatchObject({ outcome: 'rollBack' });
    expect((await journey.stored()).state.failedGate).toBe('error-rate');
  });
});

test('a look around that fails lets no step pass, and does not go back either', async () => {
  const world = altered(journey.world, { router: { find: () => Promise.reject(new Error('throttled')) } });
  journey.world.time += 6000;

  expect(await useCases.analyseGreen(journey, world)).toMatchObject({ outcome: 'keepBaking' });
  expect(await look(journey)).toMatchObject({ outcome: 'stepPassed' });
});

describe('before a shift', () => {
  test.each(harmful)('whoever %s has the rollout go back, and nothing is shifted', async (_, interfere) => {
    journey = await journeyTo('routed');
    interfere(journey.world);

    expect(await useCases.shiftTraffic(journey, journey.world)).toMatchObject({ outcome: 'rollBack' });
    expect(journey.world.changes).toEqual([]);
  });

  test.each(harmless.filter(([name]) => !name.includes('less than') && !name.includes('ask')))(
    'whoever %s holds it',
    async (_, interfere) => {
      journey = await journeyTo('routed');
      interfere(journey.world);

      expect(await useCases.shiftTraffic(journey, journey.world)).toMatchObject({ outcome: 'held', waitSeconds: 1 });
      expect(journey.world.changes).toEqual([]);
      expect(await foreign(journey)).toHaveLength(1);
    },
  );

  describe('a blue that is not whole', () => {
    const sick = ({ world }: Journey, healthy: number) =>
      altered(world, {
        router: {
          targetHealth: (group) =>
            group === groupA
              ? Promise.resolve({ healthy, unhealthy: 2 - healthy, total: 2 })
              : world.router.targetHealth(group),
        },
      });

    beforeEach(async () => {
      journey = await journeyTo('routed');
    });

    test('holds the shift, and people hear why, once', async () => {
      expect(await useCases.shiftTraffic(journey, sick(journey, 1))).toMatchObject({ outcome: 'held' });
      journey.world.time += 60_000;
      expect(await useCases.shiftTraffic(journey, sick(journey, 0))).toMatchObject({ outcome: 'held' });

      const events = await journey.events();
      expect(events.filter(({ type }) => type === 'ShiftHeld')).toEqual([
        expect.objectContaining({ step: 0, reason: expect.stringContaining('1 of 2 targets of blue') }),
      ]);
      expect(journey.world.changes).toEqual([]);
    });

    test('that gets well is shifted from', async () => {
      await useCases.shiftTraffic(journey, sick(journey, 1));

      expect(await useCases.shiftTraffic(journey, journey.world)).toMatchObject({ outcome: 'shifted' });
      expect((await journey.stored()).state.unreadySince).toBeUndefined();
    });

    test('that stays sick has the rollout go back at the cap', async () => {
      await useCases.shiftTraffic(journey, sick(journey, 1));
      journey.world.time += 901_000;

      expect(await useCases.shiftTraffic(journey, sick(journey, 1))).toMatchObject({ outcome: 'rollBack' });
      expect((await journey.stored()).state.reason).toContain('waited 900 s: ');
    });

    test('keeps the guard quiet while it is waited for', async () => {
      journey.world.time += 100_000;
      await useCases.shiftTraffic(journey, sick(journey, 1));

      expect(journey.world.schedules.pending()[0]?.at.getTime()).toBeGreaterThan(journey.world.time + 180_000);
    });
  });
});

test('a shift that is repeated after half of its rules were written goes on', async () => {
  const rules = ['f', '1', '2'].map((last) => `${rule.slice(0, -1)}${last}`);
  journey = await journeyTo('routed', { spec: modelSpec({ traffic: rules.map((arn) => ({ rule: arn })) }) });
  journey.world.actions.set(rules[0] ?? '', split(90, 10));

  expect(await useCases.shiftTraffic(journey, journey.world)).toMatchObject({ outcome: 'shifted' });
});

describe('who changed it', () => {
  const priority = ({ priorities }: Journey['world'], value: string) => priorities.set(rule, value);

  test('is told where the trail knows it', async () => {
    const journey = await journeyTo('shifted');
    journey.world.changers.set(rule, 'arn:aws:iam::111122223333:user/ana (ModifyRule)');
    priority(journey.world, '7');
    await look(journey);

    expect(await foreign(journey)).toMatchObject([{ who: 'arn:aws:iam::111122223333:user/ana (ModifyRule)' }]);
  });

  test('is told once more where the trail knows it later, and then no more', async () => {
    const journey = await journeyTo('shifted');
    priority(journey.world, '7');
    await look(journey);
    await look(journey);
    journey.world.changers.set(rule, 'ana');
    await look(journey);
    await look(journey);

    expect(await foreign(journey)).toMatchObject([{ who: 'nobody knows yet' }, { who: 'ana' }]);
  });

  test('holds nothing up where the trail does not answer', async () => {
    const journey = await journeyTo('shifted');
    priority(journey.world, '7');
    const trail = { whoChanged: () => Promise.reject(new Error('AccessDenied')) };

    await useCases.analyseGreen(journey, altered(journey.world, { trail }));
    expect(await foreign(journey)).toMatchObject([{ who: 'nobody knows yet' }]);
  });
});
