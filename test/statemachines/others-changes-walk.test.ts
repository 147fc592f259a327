import { beforeEach, describe, expect, test } from '@jest/globals';
import type { RolloutEvent } from '../../lib/rollout/events.ts';
import type { RoutingAction } from '../../lib/drivers/rules/routing.ts';
import { modelArns, type ModelWorld } from '../model/model-world.ts';
import { newestRollout, newestRolloutId } from '../model/newest-rollout.ts';
import { walk } from '../model/walk.ts';
import type { Before } from './plays.ts';
import { bad, twoPushes } from './two-pushes.ts';

let world: ModelWorld;

beforeEach(async () => {
  world = await twoPushes();
});

const oidc: RoutingAction = {
  Type: 'authenticate-oidc',
  Order: 1,
  AuthenticateOidcConfig: { Issuer: 'https://id.example.com', ClientId: 'shop', UseExistingClientSecret: true },
};
const cognito: RoutingAction = {
  Type: 'authenticate-cognito',
  Order: 1,
  AuthenticateCognitoConfig: { UserPoolArn: 'arn:pool', UserPoolClientId: 'shop', UserPoolDomain: 'shop' },
};
const token: RoutingAction = {
  Type: 'jwt-validation',
  Order: 1,
  JwtValidationConfig: { Issuer: 'https://id.example.com', JwksEndpoint: 'https://id.example.com/jwks.json' },
};
const page: RoutingAction = { Type: 'fixed-response', Order: 2, FixedResponseConfig: { StatusCode: '503' } };
const redirect: RoutingAction = {
  Type: 'redirect',
  Order: 2,
  RedirectConfig: { StatusCode: 'HTTP_302', Host: 'other' },
};
const third = modelArns.groupA.replace('web-a', 'third');
const elsewhere: RoutingAction = {
  Type: 'forward',
  Order: 2,
  ForwardConfig: { TargetGroups: [{ TargetGroupArn: third, Weight: 1 }] },
};

const ruleHas = (...actions: readonly RoutingAction[]) => {
  world.actions.set(modelArns.rule, actions);
};
const types = () => (world.actions.get(modelArns.rule) ?? []).map(({ Type }) => Type);
const onGreen = () => world.weights()[modelArns.groupB] ?? 0;

type OfOthers = 'OthersChangesKept' | 'OthersChangesLost' | 'OthersChangesUnknown' | 'RuleLeftAsItIs';

async function rulesIn(type: OfOthers): Promise<string> {
  const all = await world.store.events((await newestRolloutId(world)) ?? '', 0);
  const found: readonly RolloutEvent[] = all.map(({ event }) => event).filter((event) => event.type === type);
  return found.map((event) => ('rules' in event ? JSON.stringify(event.rules) : '')).join('\n');
}

/** Rolls the bad version back; others change the rule once the rollback is decided. */
function rolledBack(change: () => void, before: Before = () => undefined): Promise<unknown> {
  let isChanged = false;
  return walk('rollout', bad, world, {
    before: (state, ...rest) => {
      if (state === 'StartRollback' && !isChanged) {
        isChanged = true;
        change();
      }
      before(state, ...rest);
    },
  });
}

const ways: readonly (readonly [string, Before])[] = [
  ['by a function', () => undefined],
  [
    'by the machine, where no function plans',
    (state) => {
      if (state === 'PlanRestoration') throw new Error('Lambda is down');
    },
  ],
];
const fronts = { oidc, cognito, token };
const answers = { page, redirect, elsewhere };
const cases = ways.flatMap(([way, before]) =>
  Object.entries(fronts).flatMap(([front, action]) =>
    Object.entries(answers).map(([answer, last]) => ({ way, front, answer, before, action, last })),
  ),
);

describe('a rule that others lead away from both slots while a rollout runs', () => {
  test.each(cases)('keeps $front before $answer, $way; what answered is announced as lost', async (one) => {
    await rolledBack(() => {
      ruleHas(one.action, one.last);
    }, one.before);

    expect(await newestRollout(world)).toMatchObject({ phase: 'rolledBack' });
    expect(types()).toEqual([one.action['Type'], 'forward']);
    expect(world.weights()[modelArns.groupA]).toBeGreaterThan(0);
    expect(onGreen()).toBe(0);
    expect(await rulesIn('OthersChangesLost')).toContain(
      `had ${String(one.action['Type'])}, ${String(one.last['Type'])}`,
    );
    expect(await rulesIn('OthersChangesLost')).not.toContain('had forward');
    expect(await rulesIn('OthersChangesKept')).toContain(`has ${String(one.action['Type'])}, forward`);
  });

  test.each(ways)('and a login that others only added is kept, and not said to be lost, %s', async (_, before) => {
    await rolledBack(() => {
      const [forward] = world.actions.get(modelArns.rule) ?? [];
      ruleHas(oidc, { ...forward, Order: 2 });
    }, before);

    expect(types()).toEqual(['authenticate-oidc', 'forward']);
    expect(await rulesIn('OthersChangesLost')).toBe('');
    expect(await rulesIn('OthersChangesKept')).toContain('has authenticate-oidc, forward');
  });

  test.each(ways)('gets the login of its plan back with its slots, %s', async (_, before) => {
    const [forward] = world.actions.get(modelArns.rule) ?? [];
    ruleHas(cognito, { ...forward, Order: 2 });
    await rolledBack(() => {
      ruleHas({ ...page, Order: 1 });
    }, before);

    expect(types()).toEqual(['authenticate-cognito', 'forward']);
    expect(await rulesIn('OthersChangesLost')).toContain('had fixed-response');
  });

  test.each(ways)('lets no user in without a login that the load balancer has forgotten, %s', async (_, before) => {
    const [forward] = world.actions.get(modelArns.rule) ?? [];
    ruleHas(oidc, { ...forward, Order: 2 });
    await rolledBack(() => {
      ruleHas({ ...page, Order: 1 });
    }, before);

    expect(types()).toEqual(['fixed-response']);
    expect(await newestRollout(world)).toMatchObject({ phase: 'rolledBack' });
    expect(world.announcements.map(({ type }) => type)).not.toContain('TrafficNotRestored');
    expect(await rulesIn('RuleLeftAsItIs')).toBe(
      JSON.stringify([`rule ${modelArns.rule} had authenticate-oidc, forward and has fixed-response`]),
    );
    expect(await rulesIn('OthersChangesLost')).toBe('');
    expect(await rulesIn('OthersChangesKept')).toBe('');
  });
});

test('a page in the place of an OpenID login that comes after the restoration was read back is announced, too', async () => {
  const [forward] = world.actions.get(modelArns.rule) ?? [];
  ruleHas(oidc, { ...forward, Order: 2 });
  await walk('rollout', bad, world, {
    before: (state) => {
      if (state === 'RemoveGreen') ruleHas({ ...page, Order: 1 });
    },
  });

  expect(await newestRollout(world)).toMatchObject({ phase: 'rolledBack' });
  expect(await rulesIn('RuleLeftAsItIs')).toContain('had authenticate-oidc, forward and has fixed-response');
});

describe('what nothing could read before it was written over', () => {
  const blind: Before = (state) => {
    if (state === 'PlanRestoration' || state === 'ReadRule') throw new Error('nothing answers');
  };

  test('is announced as unknown, once, to people who can compare', async () => {
    await rolledBack(() => {
      ruleHas(cognito, page);
    }, blind);

    expect(types()).toEqual(['forward']);
    expect(await rulesIn('OthersChangesUnknown')).toBe(JSON.stringify([`rule ${modelArns.rule} has forward`]));
    const heard = world.announcements.filter(({ type }) => type === 'OthersChangesUnknown');
    expect(heard).toMatchObject([{ severity: 'critical' }]);
  });

  test('is known where the second way read it, and stays', async () => {
    await rolledBack(
      () => {
        ruleHas(cognito, page);
      },
      (state, ...rest) => {
        blind(state, ...rest);
        if (state === 'RestoreRule') throw new Error('the machine is refused');
      },
    );

    expect(types()).toEqual(['authenticate-cognito', 'forward']);
    expect(await rulesIn('OthersChangesUnknown')).toBe('');
  });
});

describe('what was read before it was written over', () => {
  test('is not forgotten where the read-back after it fails', async () => {
    let confirmed = 0;
    await rolledBack(
      () => {
        ruleHas({ ...page, Order: 1 });
      },
      (state) => {
        if (state !== 'ConfirmRestored') return;
        confirmed += 1;
        if (confirmed <= 6) throw new Error('Lambda is down');
      },
    );

    expect(types()).toEqual(['forward']);
    expect(await rulesIn('OthersChangesLost')).toContain('had fixed-response before the restoration and has forward');
  });

  test('includes what others added until the second way wrote it', async () => {
    const login: Before = (state) => {
      if (state === 'RestoreRule') throw new Error('the machine is refused');
      const forward = world.actions.get(modelArns.rule)?.at(-1);
      if (state === 'RestoreByFunction') ruleHas(oidc, { ...forward, Order: 2 });
    };
    await rolledBack(() => undefined, login);

    expect(types()).toEqual(['authenticate-oidc', 'forward']);
    expect(onGreen()).toBe(0);
    expect(await rulesIn('OthersChangesKept')).toContain('has authenticate-oidc, forward');
  });
});
