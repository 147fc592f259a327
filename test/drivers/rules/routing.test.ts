import { layoutOf } from '../../../lib/drivers/shapes/layout-of.ts';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  greenShare,
  rolesOf,
  type Routing,
  type RoutingAction,
  weightsOf,
  withGreenWeight,
  writable,
} from '../../../lib/drivers/rules/routing.ts';
import { modelArns, modelSpec } from '../../model/model-world.ts';
import { described } from '../../rollout/load-balancer-description.ts';

const { groupA, groupB, rule, listener } = modelArns;
const pair = { blue: groupA, green: groupB };
const foreign = `${groupA}foreign`;
const layout = layoutOf(modelSpec());

function routing(weights: Readonly<Record<string, number>>): Routing {
  return { kind: 'rule', arn: rule, listenerArn: listener, actions: [], weights };
}

describe('rolesOf', () => {
  test.each([
    ['a alone', [{ [groupA]: 1 }], 'a', 'b'],
    ['b alone', [{ [groupB]: 1 }], 'b', 'a'],
    ['a beside an empty b', [{ [groupA]: 100, [groupB]: 0 }], 'a', 'b'],
    ['b on every rule', [{ [groupB]: 7 }, { [groupA]: 0, [groupB]: 100 }], 'b', 'a'],
    ['a beside an empty foreign group', [{ [groupA]: 100, [foreign]: 0 }], 'a', 'b'],
  ])('is clear where traffic goes to %s', (_, rules, blue, green) => {
    expect(rolesOf(rules.map(routing), layout)).toEqual({ outcome: 'clear', blue, green });
  });

  test.each([
    ['both slots', [{ [groupA]: 95, [groupB]: 5 }], 'both slots get traffic'],
    ['one slot by one rule, the other by another', [{ [groupA]: 1 }, { [groupB]: 1 }], 'both slots get traffic'],
    ['a foreign group', [{ [foreign]: 1 }], foreign],
    ['a slot and a foreign group', [{ [groupA]: 99, [foreign]: 1 }], foreign],
    ['nothing', [{}], `${rule} forwards to no target group`],
    ['groups without weight', [{ [groupA]: 0, [groupB]: 0 }], 'forwards to no target group'],
    ['a slot by one rule, nothing by another', [{ [groupA]: 1 }, {}], 'forwards to no target group'],
  ])('is unclear, and says why, where traffic goes to %s', (_, rules, reason) => {
    expect(rolesOf(rules.map(routing), layout)).toEqual({
      outcome: 'unclear',
      reason: expect.stringContaining(reason),
    });
  });
});

const weight = fc.option(fc.integer({ min: 0, max: 999 }), { nil: undefined });
const stickiness = fc.option(fc.constantFrom({ Enabled: true, DurationSeconds: 300 }, { Enabled: false }), {
  nil: undefined,
});
const groups = fc
  .subarray([groupA, groupB, foreign, `${foreign}-2`], { minLength: 1 })
  .chain((arns) => fc.tuple(...arns.map((TargetGroupArn) => weight.map((Weight) => ({ TargetGroupArn, Weight })))));
const forward: fc.Arbitrary<RoutingAction> = fc.oneof(
  fc.constantFrom(groupA, groupB).map((TargetGroupArn) => ({ Type: 'forward', TargetGroupArn, Order: 9 })),
  fc.record({ groups, stickiness }).map((given) => ({
    Type: 'forward',
    Order: 9,
    ForwardConfig: {
      TargetGroups: given.groups,
      ...(given.stickiness === undefined ? {} : { TargetGroupStickinessConfig: given.stickiness }),
    },
  })),
);
const identityProvider = {
  Issuer: 'https://id.example.com',
  ClientId: 'shop',
  SessionTimeout: 604_800,
  AuthenticationRequestExtraParams: { prompt: 'login' },
};
const oidc: RoutingAction = {
  Type: 'authenticate-oidc',
  Order: 1,
  AuthenticateOidcConfig: { ...identityProvider, ClientSecret: 'never told' },
};
const cognito: RoutingAction = {
  Type: 'authenticate-cognito',
  Order: 2,
  AuthenticateCognitoConfig: {
    UserPoolArn: 'arn:aws:cognito-idp:eu-west-1:111122223333:userpool/p',
    UserPoolClientId: 'c',
  },
};
const actions = fc
  .tuple(fc.subarray([oidc, cognito]), forward)
  .map(([before, last]): readonly RoutingAction[] => [...before, last]);

describe('withGreenWeight', () => {
  test('says the weights of blue and green, and keeps stickiness and order', () => {
    const sticky = { Enabled: true, DurationSeconds: 300 };
    const before = [
      oidc,
      {
        Type: 'forward',
        Order: 2,
        TargetGroupArn: groupA,
        ForwardConfig: { TargetGroups: [{ TargetGroupArn: groupA, Weight: 1 }], TargetGroupStickinessConfig: sticky },
      },
    ];

    expect(withGreenWeight(before, pair, 5)).toEqual([
      oidc,
      {
        Type: 'forward',
        Order: 2,
        ForwardConfig: {
          TargetGroups: [
            { TargetGroupArn: groupA, Weight: 95 },
            { TargetGroupArn: groupB, Weight: 5 },
          ],
          TargetGroupStickinessConfig: sticky,
        },
      },
    ]);
  });

  test('always gives 100 in all, green its share, and touches no other action', () => {
    fc.assert(
      fc.property(actions, fc.integer({ min: 0, max: 100 }), (before, share) => {
        const result = withGreenWeight(before, pair, share);
        const weights = weightsOf(result);

        expect(Object.values(weights).reduce((sum, one) => sum + one, 0)).toBe(100);
        expect(greenShare(weights, pair)).toBe(share);
        expect(result.slice(0, -1)).toEqual(before.slice(0, -1));
        expect(result.at(-1)).toMatchObject({ Type: 'forward', Order: 9 });
        expect(result.at(-1)).not.toHaveProperty('TargetGroupArn');
      }),
      { numRuns: 500 },
    );
  });

  test('takes no target group out of the rule: ECS takes none that no rule names', () => {
    fc.assert(
      fc.property(actions, fc.integer({ min: 0, max: 100 }), (before, share) => {
        const result = Object.keys(weightsOf(withGreenWeight(before, pair, share)));

        expect(result).toEqual(expect.arrayContaining(Object.keys(weightsOf(before))));
      }),
      { numRuns: 500 },
    );
  });

  test('is undone by giving green nothing again', () => {
    fc.assert(
      fc.property(actions, fc.integer({ min: 1, max: 100 }), (before, share) => {
        const start = withGreenWeight(before, pair, 0);

        expect(withGreenWeight(withGreenWeight(start, pair, share), pair, 0)).toEqual(start);
      }),
      { numRuns: 200 },
    );
  });
});

describe('writable', () => {
  test('keeps the client secret that the load balancer has and never tells', () => {
    expect(writable(described([oidc]))).toEqual([
      { ...oidc, AuthenticateOidcConfig: { ...identityProvider, UseExistingClientSecret: true } },
    ]);
  });

  test('is a fixed point: what was described and written back is described the same', () => {
    fc.assert(
      fc.property(actions, (written) => {
        const told = described(written);

        expect(described(writable(told))).toEqual(told);
        expect(writable(described(writable(told)))).toEqual(writable(told));
        expect(writable(writable(told))).toEqual(writable(told));
      }),
      { numRuns: 500 },
    );
  });

  test('says each target group once: ELB refuses a second way beside the first', () => {
    fc.assert(
      fc.property(actions, (written) => {
        expect(writable(described(written)).at(-1)).not.toHaveProperty('TargetGroupArn');
      }),
      { numRuns: 100 },
    );
  });
});

describe('weightsOf', () => {
  test.each<[string, readonly RoutingAction[], Readonly<Record<string, number>>]>([
    ['a lone target group', [{ Type: 'forward', TargetGroupArn: groupA }], { [groupA]: 1 }],
    [
      'a group without a weight',
      [{ Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: groupA }] } }],
      { [groupA]: 1 },
    ],
    ['a redirect', [{ Type: 'redirect' }], {}],
    ['no action', [], {}],
    ['a forward to nothing', [{ Type: 'forward', ForwardConfig: { TargetGroups: [] } }], {}],
  ])('of %s', (_, given, expected) => {
    expect(weightsOf(given)).toEqual(expected);
  });
});

describe('greenShare', () => {
  test.each([
    ['5 of 100', { [groupA]: 95, [groupB]: 5 }, 5],
    ['1 of 4', { [groupA]: 3, [groupB]: 1 }, 25],
    ['all', { [groupB]: 1 }, 100],
    ['none', { [groupA]: 1 }, 0],
    ['none beside an empty foreign group', { [groupA]: 1, [foreign]: 0 }, 0],
    ['nothing at all', {}, undefined],
    ['no weight', { [groupA]: 0, [groupB]: 0 }, undefined],
    ['with some for a foreign group', { [groupA]: 50, [groupB]: 49, [foreign]: 1 }, undefined],
  ])('is %s', (_, weights, expected) => {
    expect(greenShare(weights, pair)).toBe(expected);
  });
});
