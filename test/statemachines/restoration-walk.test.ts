import { beforeEach, describe, expect, test } from '@jest/globals';
import type { RolloutEvent } from '../../lib/rollout/events.ts';
import { type RoutingAction, stickySecondsOf } from '../../lib/drivers/rules/routing.ts';
import { ServiceError } from '../model/integrations.ts';
import { modelArns, type ModelWorld } from '../model/model-world.ts';
import { newestRollout, newestRolloutId } from '../model/newest-rollout.ts';
import { walk } from '../model/walk.ts';
import { stickyActions } from '../usecases/journey.ts';
import { type Before, newestId } from './plays.ts';
import { bad, good, twoPushes } from './two-pushes.ts';

let world: ModelWorld;

beforeEach(async () => {
  world = await twoPushes();
});

const login: RoutingAction = {
  Type: 'authenticate-oidc',
  Order: 1,
  AuthenticateOidcConfig: { Issuer: 'https://id.example.com', ClientId: 'shop', UseExistingClientSecret: true },
};
const token: RoutingAction = {
  Type: 'jwt-validation',
  Order: 1,
  JwtValidationConfig: { Issuer: 'https://id.example.com', JwksEndpoint: 'https://id.example.com/jwks.json' },
};
const unheardOf: RoutingAction = { Type: 'of-next-year', Order: 1, OfNextYearConfig: { Whatever: 'it says' } };

/** Somebody puts an action in front of the rule's forward action, whatever that says. */
function putInFront(action: RoutingAction): void {
  const forward = (world.actions.get(modelArns.rule) ?? []).map((one) => ({ ...one, Order: 2 }));
  world.actions.set(modelArns.rule, [action, ...forward]);
}

async function events(type: RolloutEvent['type']): Promise<readonly RolloutEvent[]> {
  const all = await world.store.events((await newestRolloutId(world)) ?? '', 0);
  return all.map(({ event }) => event).filter((event) => event.type === type);
}

const greenWeight = () => world.weights()[modelArns.groupB] ?? 0;
const down: Before = (state) => {
  if (state === 'PlanRestoration') throw new Error('Lambda is down');
};

describe('what others added to a rule while a rollout ran', () => {
  test.each([
    ['a login', login],
    ['a check of tokens', token],
    ['an action of a type that this version does not know', unheardOf],
  ])('%s is kept by the rollback, and people hear of it', async (_, action) => {
    let isAdded = false;
    const before: Before = (state) => {
      if (state !== 'AnalyseGreen' || isAdded || greenWeight() === 0) return;
      isAdded = true;
      putInFront(action);
    };
    await walk('rollout', bad, world, { before });

    expect(await newestRollout(world)).toMatchObject({ phase: 'rolledBack' });
    expect(world.actions.get(modelArns.rule)?.[0]).toEqual(action);
    expect(greenWeight()).toBe(0);
    expect(await events('OthersChangesKept')).toHaveLength(1);
    expect(await events('OthersChangesLost')).toEqual([]);
    const heard = world.announcements.find(({ type }) => type === 'OthersChangesKept');
    expect(JSON.stringify(heard)).toContain(String(action['Type']));
  });

  test('a login that comes between the last evaluation and the restoration is kept, too', async () => {
    const before: Before = (state) => {
      if (state === 'StartRollback') putInFront(login);
    };
    await walk('rollout', bad, world, { before });

    expect(world.actions.get(modelArns.rule)?.[0]).toEqual(login);
    expect(greenWeight()).toBe(0);
  });

  test('a login that comes between the two restorations is kept, too', async () => {
    const before: Before = (state) => {
      if (state === 'VerifyBlue' && world.actions.get(modelArns.rule)?.length === 1) putInFront(login);
    };
    await walk('rollout', bad, world, { before });

    expect(world.actions.get(modelArns.rule)?.[0]).toEqual(login);
  });

  test('another stickiness is what the rule has after the rollback', async () => {
    world.actions.set(modelArns.rule, stickyActions(10));
    let isChanged = false;
    const before: Before = (state) => {
      if (state !== 'AnalyseGreen' || isChanged || greenWeight() === 0) return;
      isChanged = true;
      const longer = JSON.stringify(world.actions.get(modelArns.rule)).replace(
        '"DurationSeconds":10',
        '"DurationSeconds":20',
      );
      world.actions.set(modelArns.rule, JSON.parse(longer) as RoutingAction[]);
    };
    await walk('rollout', bad, world, { before });

    expect(stickySecondsOf(world.actions.get(modelArns.rule) ?? [])).toBe(20);
    expect(greenWeight()).toBe(0);
  });

  test('is kept where no function answers, by the plan of the last evaluation', async () => {
    let isAdded = false;
    const before: Before = (state, ...rest) => {
      down(state, ...rest);
      if (state !== 'AnalyseGreen' || isAdded || greenWeight() === 0) return;
      isAdded = true;
      putInFront(login);
    };
    await walk('rollout', bad, world, { before });

    expect(world.actions.get(modelArns.rule)?.[0]).toEqual(login);
    expect(greenWeight()).toBe(0);
  });

  test('comes back where the machine had to write the plan unread', async () => {
    const before: Before = (state, ...rest) => {
      if (state === 'StartRollback') putInFront(login);
      down(state, ...rest);
    };
    const { states } = await walk('rollout', bad, world, { before });

    expect(states).toContain('ReadRule');
    expect(world.actions.get(modelArns.rule)?.[0]).toEqual(login);
    expect(greenWeight()).toBe(0);
    expect(await events('OthersChangesKept')).toHaveLength(1);
  });

  test('is named where it was lost, as nothing could read the rule', async () => {
    let isAdded = false;
    const before: Before = (state, ...rest) => {
      down(state, ...rest);
      if (state === 'ReadRule') throw new Error('nothing can be read');
      if (state === 'AnalyseGreen' && !isAdded && greenWeight() > 0) {
        isAdded = true;
        putInFront(login);
      }
    };
    // A write of the plan that somebody undoes right after it.
    const write = world.router.write.bind(world.router);
    world.router.write = (kind, arn, actions) =>
      write(kind, arn, isAdded && actions.length > 1 ? actions.slice(1) : actions);
    await walk('rollout', bad, world, { before });

    expect(await events('OthersChangesLost')).toHaveLength(1);
  });
});

describe('where nothing was shifted', () => {
  test('nothing is restored: no rule is written, and the rollback ends', async () => {
    const before: Before = (state) => {
      if (state === 'VerifyGreen') throw new Error('green cannot be reached');
    };
    const { states } = await walk('rollout', good, world, { before });

    expect(await newestRollout(world)).toMatchObject({ phase: 'rolledBack' });
    expect(world.changes).toEqual([]);
    expect(states).not.toContain('RestoreRule');
    expect(await events('TrafficRestored')).toHaveLength(1);
  });

  test('a writer that lands late is still outdone by the second restoration', async () => {
    const before: Before = (state) => {
      if (state === 'VerifyGreen') throw new Error('green cannot be reached');
      if (state === 'AssertClaim' && restorations === 1) {
        const TargetGroups = [
          { TargetGroupArn: modelArns.groupA, Weight: 90 },
          { TargetGroupArn: modelArns.groupB, Weight: 10 },
        ];
        world.actions.set(modelArns.rule, [{ Type: 'forward', Order: 1, ForwardConfig: { TargetGroups } }]);
      }
      if (state === 'AssertClaim') restorations += 1;
    };
    let restorations = 0;
    await walk('rollout', good, world, { before });

    expect(greenWeight()).toBe(0);
    expect(await newestRollout(world)).toMatchObject({ phase: 'rolledBack' });
  });
});

describe('a blue without a healthy target, beside a green that has some', () => {
  const none = { healthy: 0, unhealthy: 2, total: 2 };

  /** Blue's targets die when the rollback begins, for as long as a test says. */
  function killBlue(until: () => boolean): void {
    const health = world.router.targetHealth.bind(world.router);
    world.router.targetHealth = (group) =>
      group === modelArns.groupA && greenWeight() > 0 && !until() ? Promise.resolve(none) : health(group);
  }

  /** The rollout's execution is lost at 50 %, and somebody rolls back. */
  async function rolledBack(before: Before): Promise<readonly string[]> {
    const lost: Before = (state) => {
      if (greenWeight() === 50 && ['AnalyseGreen', 'RequestRollback', 'StartRollback'].includes(state))
        throw new Error('stopped');
    };
    await walk('rollout', good, world, { before: lost });
    const input = { rolloutId: await newestId(world), by: 'ada', reason: 'complaints' };
    return (await walk('rollback', input, world, { before }, 'by-hand')).states;
  }

  test('gets no traffic until it has one, and people are paged once', async () => {
    let holds = 0;
    let isKilled = false;
    const seen: number[] = [];
    killBlue(() => !isKilled || holds >= 3);
    const states = await rolledBack((state) => {
      if (state === 'Claim') isKilled = true;
      if (state === 'AnnounceHeld') {
        holds += 1;
        seen.push(greenWeight());
      }
    });

    expect(seen).toEqual([50, 50, 50]);
    expect(states.filter((state) => state === 'RestoreRule').length).toBeGreaterThan(0);
    expect(greenWeight()).toBe(0);
    expect(await events('RestorationHeld')).toHaveLength(1);
    expect(await newestRollout(world)).toMatchObject({ phase: 'rolledBack' });
    expect((await newestRollout(world)).matters).toEqual([]);
  });

  test('is waited for an hour in one attempt, which then ends so that the next one goes on', async () => {
    let isKilled = false;
    killBlue(() => !isKilled);
    const states = await rolledBack((state) => {
      if (state === 'Claim') isKilled = true;
      if (state === 'AnnounceHeld') world.time += 900_000;
    });

    expect(states.at(-1)).toBe('PlanRestoration');
    expect(greenWeight()).toBe(50);
    expect(await newestRollout(world)).toMatchObject({ phase: 'rollingBack' });
    expect(world.schedules.pending()).not.toEqual([]);
  });

  test('gets none either while the load balancer answers nothing for a moment', async () => {
    let holds = 0;
    let isKilled = false;
    killBlue(() => !isKilled || holds >= 4);
    const find = world.router.find.bind(world.router);
    const health = world.router.targetHealth.bind(world.router);
    const isThrottled = () => holds === 2 || holds === 3;
    const refuse = () => Promise.reject(new Error('Rate exceeded'));
    world.router.find = (targets) => (isThrottled() ? refuse() : find(targets));
    world.router.targetHealth = (group) => (isThrottled() ? refuse() : health(group));
    const seen: number[] = [];
    await rolledBack((state) => {
      if (state === 'Claim') isKilled = true;
      if (state !== 'AnnounceHeld') return;
      holds += 1;
      seen.push(greenWeight());
    });

    expect(seen).toEqual([50, 50, 50, 50]);
    expect(greenWeight()).toBe(0);
    expect(await newestRollout(world)).toMatchObject({ phase: 'rolledBack' });
  });

  /** Refuses every question to the load balancer while a test says so. */
  function refuseQuestions(isRefused: () => boolean): void {
    const find = world.router.find.bind(world.router);
    const health = world.router.targetHealth.bind(world.router);
    const refuse = () => Promise.reject(new Error('Rate exceeded'));
    world.router.find = (targets) => (isRefused() ? refuse() : find(targets));
    world.router.targetHealth = (group) => (isRefused() ? refuse() : health(group));
  }

  test('gets none either while the load balancer answers nothing for minutes: what was seen last counts', async () => {
    let holds = 0;
    let isKilled = false;
    killBlue(() => !isKilled || holds >= 8);
    refuseQuestions(() => holds >= 2 && holds <= 6);
    const seen: number[] = [];
    await rolledBack((state) => {
      if (state === 'Claim') isKilled = true;
      if (state !== 'AnnounceHeld') return;
      holds += 1;
      seen.push(greenWeight());
      world.time += 60_000;
    });

    expect(seen).toEqual([50, 50, 50, 50, 50, 50, 50, 50]);
    expect(greenWeight()).toBe(0);
    expect(await events('RestorationHeld')).toHaveLength(1);
  });

  test('gets none from the machine where neither a function nor the load balancer answers any more', async () => {
    let holds = 0;
    let isKilled = false;
    killBlue(() => !isKilled);
    refuseQuestions(() => holds >= 2);
    const isSilent: Before = (state, ...rest) => {
      if (state === 'Claim') isKilled = true;
      if (state === 'AnnounceHeld') holds += 1;
      if (holds >= 2) down(state, ...rest);
    };
    const states = await rolledBack(isSilent);
    // The next attempt has seen nothing itself.
    const next = { rolloutId: await newestId(world), by: 'ada', reason: 'complaints' };
    const again = await walk('rollback', next, world, { before: isSilent }, 'once-more');

    expect([...states, ...again.states]).not.toContain('RestoreRule');
    expect(states).toContain('ReadBlue');
    expect(again.states).toContain('ReadBlue');
    expect(greenWeight()).toBe(50);
    expect(await events('TrafficNotRestored')).toHaveLength(2);
  });

  test('is asked again by the machine where the load balancer is throttled, before anything is written', async () => {
    let isKilled = false;
    let asked = 0;
    killBlue(() => !isKilled);
    const states = await rolledBack((state, ...rest) => {
      if (state === 'Claim') isKilled = true;
      if (state === 'ReadBlue' && (asked += 1) <= 40)
        throw new ServiceError('ElasticLoadBalancingV2.ThrottlingException');
      down(state, ...rest);
    });

    expect(asked).toBeGreaterThan(40);
    expect(states).not.toContain('RestoreRule');
    expect(greenWeight()).toBe(50);
  });

  test.each([
    ['by a function', () => undefined],
    ['by the machine', down],
  ] as const)('gets none where green cannot be asked %s', async (_, disturb) => {
    let isKilled = false;
    killBlue(() => !isKilled);
    const health = world.router.targetHealth.bind(world.router);
    world.router.targetHealth = (group) =>
      isKilled && group === modelArns.groupB ? Promise.reject(new Error('Rate exceeded')) : health(group);
    await rolledBack((state, ...rest) => {
      if (state === 'Claim') isKilled = true;
      if (state === 'AnnounceHeld') world.time += 900_000;
      disturb(state, ...rest);
    });

    expect(greenWeight()).toBe(50);
  });

  test('gets nothing from the machine either where no function answers', async () => {
    let isKilled = false;
    killBlue(() => !isKilled);
    await rolledBack((state, ...rest) => {
      if (state === 'Claim') isKilled = true;
      down(state, ...rest);
    });

    expect(greenWeight()).toBe(50);
    expect(await events('TrafficNotRestored')).toHaveLength(1);
  });

  test('gets everything where green has none either', async () => {
    let isKilled = false;
    const health = world.router.targetHealth.bind(world.router);
    world.router.targetHealth = (group) => (isKilled ? Promise.resolve(none) : health(group));
    await rolledBack((state) => {
      if (state === 'Claim') isKilled = true;
      if (state === 'VerifyBlue') isKilled = false;
    });

    expect(world.weights()).toEqual({ [modelArns.groupA]: 1 });
  });

  test('gets everything after a minute where nothing tells of its health', async () => {
    let isKilled = false;
    const health = world.router.targetHealth.bind(world.router);
    world.router.targetHealth = (group) => (isKilled ? Promise.reject(new Error('Rate exceeded')) : health(group));
    const held: number[] = [];
    await rolledBack((state) => {
      if (state === 'Claim') isKilled = true;
      if (state === 'VerifyBlue') isKilled = false;
      if (state !== 'AnnounceHeld') return;
      held.push(greenWeight());
      world.time += 20_000;
    });

    expect(held).toEqual([50, 50, 50]);
    expect(greenWeight()).toBe(0);
  });
});
