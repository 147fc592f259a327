import { beforeEach, describe, expect, test } from '@jest/globals';
import { modelArns, type ModelWorld } from '../model/model-world.ts';
import { newestRollout, newestRolloutId } from '../model/newest-rollout.ts';
import { walk } from '../model/walk.ts';
import type { Before, Stage } from './plays.ts';
import { bad, good, twoPushes } from './two-pushes.ts';
import {
  addGroup,
  addLogins,
  diedAtHalf,
  halveBlue,
  halveTraffic,
  logins,
  loseWrites,
  onFormerBlue,
  tableLost,
} from './without-table-scenarios.ts';

let world: ModelWorld;

beforeEach(async () => {
  world = await twoPushes();
});

const stage = (): Stage => ({
  world,
  walk: (machine, input, options, name) => walk(machine, input, world, options, name),
});
const greenWeight = () => world.weights()[modelArns.groupB] ?? 0;

/** A rollout dies at 50 %, and its guard fires while the table does not answer for some rounds. */
async function guardWithoutTable(rounds: number, meanwhile: () => unknown = () => undefined, more: object = {}) {
  const input = await diedAtHalf(stage());
  meanwhile();
  const weights: number[] = [];
  const lost = tableLost(rounds);
  const before: Before = (state, ...rest) => {
    if (state === 'Claim') weights.push(greenWeight());
    lost(state, ...rest);
  };
  const walked = await walk('rollback', { ...input, ...more }, world, { before }, 'by-the-guard');
  return { ...walked, weights };
}

/** The execution ends in its first step, and nobody rolls it back. */
const stoppedAtFirstStep: Before = (state) => {
  if (['AnalyseGreen', 'DelayRollout', 'RequestRollback', 'StartRollback'].includes(state)) throw new Error('stopped');
};

const pages = () => world.pages.map((page) => JSON.parse(page) as Readonly<Record<string, unknown>>);

describe('while the table does not answer', () => {
  test('traffic goes back to blue, people are notified, and the rollback is claimed once it answers', async () => {
    const { end, weights } = await guardWithoutTable(2);

    expect(end).toEqual({ status: 'SUCCEEDED' });
    // Green had half until the first round of claims was over, and nothing from then on.
    expect(weights.slice(0, 6)).toEqual([50, 50, 50, 50, 50, 0]);
    expect(weights.slice(5).every((weight) => weight === 0)).toBe(true);
    expect(await newestRollout(world)).toMatchObject({ phase: 'rolledBack' });
    expect(pages()).toEqual([
      {
        type: 'RollbackNotClaimed',
        severity: 'critical',
        rolloutId: await newestRolloutId(world),
        since: expect.any(String),
        summary: expect.stringMatching(/cannot reach the table.*--direct/),
        rules: [{ rule: modelArns.rule, outcome: 'moved to blue' }],
      },
    ]);
    expect(world.slots.get('web-b')?.desired).toBe(0);
  });

  test('a rule is written once, however often it is claimed', async () => {
    const { states } = await guardWithoutTable(5);

    expect(states.filter((state) => state === 'MoveRule')).toHaveLength(1);
    // Once a round, and once more to read back what the first one wrote.
    expect(states.filter((state) => state === 'AskRule')).toHaveLength(6);
  });

  test('a write that is answered and never made is made again in the same round', async () => {
    const { states, weights } = await guardWithoutTable(3, () => {
      loseWrites(world, 1);
    });

    expect(states.filter((state) => state === 'MoveRule')).toHaveLength(2);
    expect(weights.slice(0, 6)).toEqual([50, 50, 50, 50, 50, 0]);
    expect(pages()).toMatchObject([
      { rules: [{ rule: modelArns.rule, outcome: 'written, and not read back as on blue' }] },
    ]);
  });

  test('writes that are never made end a round, and the next one makes them', async () => {
    const { states, weights } = await guardWithoutTable(3, () => {
      loseWrites(world, 2);
    });

    expect(states.filter((state) => state === 'MoveRule')).toHaveLength(3);
    expect([weights[5], weights[10]]).toEqual([50, 0]);
  });

  test('a rule that was written and cannot be read back is not told as one that was not touched', async () => {
    const input = await diedAtHalf(stage());
    const lost = tableLost(1);
    let isWritten = false;
    const before: Before = (state, ...rest) => {
      if (state === 'MoveRule') isWritten = true;
      if (state === 'AskRule' && isWritten) throw new Error('the load balancer does not answer');
      lost(state, ...rest);
    };

    await walk('rollback', input, world, { before }, 'by-the-guard');

    expect(pages()).toMatchObject([{ rules: [{ outcome: 'written, and not read back as on blue' }] }]);
  });

  test('what others added to the rule is kept, and a login keeps its secret', async () => {
    await guardWithoutTable(2, () => {
      addLogins(world);
    });

    const [oidc, token, forward] = world.actions.get(modelArns.rule) ?? [];
    expect(oidc).toMatchObject({
      ...logins[0],
      AuthenticateOidcConfig: { ClientId: 'shop', SessionTimeout: 300, UseExistingClientSecret: true },
    });
    expect(token).toEqual(logins[1]);
    expect(forward).toMatchObject({ Type: 'forward', Order: 3 });
    expect(greenWeight()).toBe(0);
  });

  test.each([
    ['a rule that forwards to a third target group', addGroup],
    ['a rule whose blue is not whole', halveBlue],
  ])('%s is not touched, and people are told', async (_, meanwhile) => {
    const { states } = await guardWithoutTable(3, () => {
      meanwhile(world);
    });

    expect(states).not.toContain('MoveRule');
    expect(pages()).toMatchObject([{ rules: [{ outcome: expect.stringContaining('not touched') }] }]);
  });

  test.each([
    ['has succeeded', { status: 'SUCCEEDED' }],
    ['was rolled back', { status: 'FAILED', error: 'RolledBack', cause: '' }],
    ['was taken over by another attempt', { status: 'FAILED', error: 'TakenOver', cause: '' }],
  ] as const)('nothing is written for a rollout whose execution %s', async (_, end) => {
    const { states } = await guardWithoutTable(3, () => {
      for (const arn of world.ends.keys()) world.ends.set(arn, end);
    });

    expect(states).not.toContain('AskBlue');
    expect(states).not.toContain('MoveRule');
    expect(world.pages).toHaveLength(1);
  });

  test('a guard of 0.1.0 claims again until the table answers, and people are told', async () => {
    const { end, states, weights } = await guardWithoutTable(3, undefined, { withoutTable: undefined });

    expect(end).toEqual({ status: 'SUCCEEDED' });
    expect(states).not.toContain('MoveRule');
    expect(weights.slice(0, 15).every((weight) => weight === 50)).toBe(true);
    expect(await newestRollout(world)).toMatchObject({ phase: 'rolledBack' });
    expect(world.pages).toHaveLength(1);
  });

  test('people are told again after a while, and at once where the page did not go through', async () => {
    const input = await diedAtHalf(stage());
    const lost = tableLost(20);
    let [failures, rounds] = [0, 0];
    const pagedAt: number[] = [];
    const before: Before = (state, ...rest) => {
      if (state === 'DescribeRollout') rounds += 1;
      if (state === 'PagePeople' && failures < 4) {
        failures += 1;
        throw new Error('SNS is down');
      }
      if (state === 'PagePeople') pagedAt.push(rounds);
      lost(state, ...rest);
    };
    await walk('rollback', input, world, { before }, 'by-the-guard');

    // Two tries a round: the first two rounds failed.
    expect(pagedAt).toEqual([3, 19]);
  });
});

describe('an outage of hours', () => {
  test.each([
    ['traffic stays on blue', () => undefined],
    ['others take the traffic back before each round', halveTraffic],
  ])('an execution hands on to another one before its history is full, while %s', async (_, beforeRound) => {
    const input = await diedAtHalf(stage());
    const rounds = 200;
    let events = 0;
    const inOne: number[] = [];
    let executions = 1;
    const lost = tableLost(rounds);
    const before: Before = (state, ...rest) => {
      // Scheduled, started, and how it ended.
      events += 3;
      if (state === 'DescribeRollout') beforeRound(world);
      if (state === 'ClaimInAnother') {
        executions += 1;
        inOne.push(events);
        events = 0;
      }
      lost(state, ...rest);
    };
    // Left and entered; a Map has three more for each item, which its states are counted for.
    const onEdge = () => (events += 4);
    const { end } = await walk('rollback', input, world, { before, onEdge }, 'by-the-guard');
    inOne.push(events);

    expect(end).toEqual({ status: 'SUCCEEDED' });
    expect(executions).toBeGreaterThan(2);
    expect(Math.max(...inOne)).toBeLessThan(25_000);
    expect(await newestRollout(world)).toMatchObject({ phase: 'rolledBack' });
    expect(world.changes.filter(({ weights }) => (weights[modelArns.groupB] ?? 0) > 50)).toEqual([]);
  });
});

describe('a rollout that succeeds while an attempt without the table writes', () => {
  async function takenWhileItSucceeds() {
    let input: unknown;
    const before: Before = (state) => {
      if (state === 'FinishRollout') input = world.schedules.pending()[0]?.input;
    };
    await walk('rollout', good, world, { before });
    world.actions.set(modelArns.rule, onFormerBlue());
    return input;
  }

  test('has its traffic back on green, by the next attempt, and people hear of it', async () => {
    const input = await takenWhileItSucceeds();
    const { end } = await walk('rollback', input, world, {}, 'another-attempt');

    expect(end).toEqual({ status: 'SUCCEEDED' });
    expect(world.weights()).toEqual({ [modelArns.groupA]: 0, [modelArns.groupB]: 100 });
    const given = world.announcements.filter(({ type }) => type === 'TrafficGivenBack');
    expect(given).toMatchObject([{ severity: 'warning' }]);
  });

  test('keeps what the rule has, where green has no healthy target', async () => {
    const input = await takenWhileItSucceeds();
    world.router.targetHealth = () => Promise.resolve({ healthy: 0, unhealthy: 2, total: 2 });
    await walk('rollback', input, world, {}, 'another-attempt');

    expect(greenWeight()).toBe(0);
  });

  test('touches nothing once a newer rollout holds the lock', async () => {
    const input = await takenWhileItSucceeds();
    // The former blue serves, so the newer rollout takes the other slot for its green again.
    await walk('rollout', bad, world, { before: stoppedAtFirstStep }, 'execution-2');
    const weights = world.weights();
    expect((await world.store.service('web')).lockedBy).toBeDefined();
    await walk('rollback', input, world, {}, 'another-attempt');

    expect(world.weights()).toEqual(weights);
    expect(world.announcements.map(({ type }) => type)).not.toContain('TrafficGivenBack');
  });
});
