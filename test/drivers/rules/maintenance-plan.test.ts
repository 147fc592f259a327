import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  planMaintenance,
  type PlannedMaintenance,
  type SeenRule,
} from '../../../lib/drivers/rules/maintenance-plan.ts';
import { checkConditions } from '../../../lib/drivers/rules/met-conditions.ts';
import type { RoutingAction } from '../../../lib/drivers/rules/routing.ts';
import { modelArns } from '../../model/model-world.ts';

const { listener: listenerArn, groupA, groupB } = modelArns;
const settings = { page: 'soon', contentType: 'text/html', open: [] };
const forwardTo = (group: string): RoutingAction => ({
  Type: 'forward',
  ForwardConfig: { TargetGroups: [{ TargetGroupArn: group, Weight: 1 }] },
});
const host = (...values: string[]): RoutingAction => ({ Field: 'host-header', HostHeaderConfig: { Values: values } });
const path = (...values: string[]): RoutingAction => ({ Field: 'path-pattern', PathPatternConfig: { Values: values } });
const rule = (priority: number, conditions: RoutingAction[], changes: Partial<SeenRule> = {}): SeenRule => ({
  arn: `rule-${String(priority)}`,
  isDefault: false,
  priority,
  conditions,
  actions: [forwardTo(groupA)],
  ...changes,
});
const others = { actions: [forwardTo('others')] };
const fallback: SeenRule = { ...rule(0, []), arn: 'default', isDefault: true, ...others };

const plan = (
  rules: readonly SeenRule[],
  own: readonly string[],
  changes: { readonly open?: readonly string[] } = {},
) =>
  planMaintenance(
    { listenerArn, rules: [...rules, fallback], own, groups: [groupA, groupB], maintains: 'production/web' },
    { ...settings, ...changes },
  );
const prioritiesOf = (planned: PlannedMaintenance) =>
  planned.outcome === 'planned' ? planned.create.map(({ kind, priority }) => [kind, priority]) : planned.reason;

describe('the rules of a maintenance', () => {
  test('stand just in front of the rule of the service, the open paths first', () => {
    const planned = plan([rule(9, [host('b.test')], others), rule(10, [host('a.test')])], ['rule-10'], {
      open: ['/health', '/status/*'],
    });
    expect(prioritiesOf(planned)).toEqual([
      ['open', 6],
      ['open', 7],
      ['page', 8],
    ]);
  });

  test('are refused where a rule of others, whose requests the page would take, stands in between', () => {
    const planned = plan([rule(9, [host('a.test'), path('/api/*')], others), rule(10, [host('a.test')])], ['rule-10']);
    expect(planned).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('rule-9 (priority 9) of others'),
    });
  });

  test('are refused where every priority before the rule is taken', () => {
    const planned = plan([rule(1, [host('b.test')], others), rule(2, [host('a.test')])], ['rule-2']);
    expect(planned).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('all priorities before it are taken'),
    });
  });

  test('of a default action come after all rules of others', () => {
    expect(prioritiesOf(plan([rule(10, [host('b.test')], others)], [listenerArn]))).toEqual([['page', 50_000]]);
    const last = plan([rule(50_000, [host('b.test')], others)], [listenerArn]);
    expect(last).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('give that rule a lower number'),
    });
  });

  test('open no path that the rule does not take, nor one whose login cannot be copied', () => {
    const shop = rule(10, [path('/shop/*')]);
    expect(prioritiesOf(plan([shop], ['rule-10'], { open: ['/health'] }))).toEqual([['page', 9]]);
    expect(plan([shop], ['rule-10'], { open: ['/shop/status/*'] })).toMatchObject({
      create: [{ kind: 'open', conditions: [path('/shop/status/*')] }, { kind: 'page' }],
    });
    expect(plan([shop], ['rule-10'], { open: ['/s*'] })).toMatchObject({ outcome: 'refused' });
    const login = { actions: [{ Type: 'authenticate-oidc', Order: 1 }, forwardTo(groupA)] };
    const refused = plan([rule(10, [host('a.test')], login)], ['rule-10'], { open: ['/health'] });
    expect(refused).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('--no-open') });
  });

  test('let the header rule of a rollout of the service stand in between, and no other one', () => {
    const header = { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'canary', Values: ['true'] } };
    const own = rule(9, [host('a.test'), header], { isOfRollout: true, actions: [forwardTo(groupB)] });
    expect(prioritiesOf(plan([own, rule(10, [host('a.test')])], ['rule-10']))).toEqual([['page', 8]]);
    const theirs = rule(9, [host('a.test'), header], { isOfRollout: true, ...others });
    expect(plan([theirs, rule(10, [host('a.test')])], ['rule-10'])).toMatchObject({ outcome: 'refused' });
  });
});

const hosts = ['a.test', 'b.test', '*.test', 'shop.a.test'];
const paths = ['/', '/api/*', '/api/v1', '/*', '/status'];
const conditions = fc
  .record({ host: fc.option(fc.constantFrom(...hosts)), path: fc.option(fc.constantFrom(...paths)) })
  .map(({ host: name, path: pattern }) => [
    ...(name === null ? [] : [host(name)]),
    ...(pattern === null ? [] : [path(pattern)]),
  ])
  .filter((list) => list.length > 0);
const listeners = fc.uniqueArray(
  fc.record({ priority: fc.integer({ min: 1, max: 14 }), conditions, own: fc.boolean() }),
  { selector: ({ priority }) => priority, minLength: 1, maxLength: 8 },
);
const requests = ['a.test', 'b.test', 'c.test', 'shop.a.test', 'elsewhere'].flatMap((name) =>
  ['/', '/api/v1', '/api/x', '/status', '/cart'].map((where) => `http://${name}${where}`),
);

/** The rule that answers a request: the first in order whose conditions it meets. */
function answered(rules: readonly SeenRule[], url: string): SeenRule {
  const inOrder = rules.filter(({ isDefault }) => !isDefault).toSorted((one, two) => one.priority - two.priority);
  const found = inOrder.find((one) =>
    checkConditions({ url, headers: {} }, one.conditions).every(({ outcome }) => outcome === 'met'),
  );
  return found ?? fallback;
}

test('whatever the rules of a listener are: neighbours keep every request, and the service has the page or an open path for each of its own', () => {
  fc.assert(
    fc.property(listeners, fc.boolean(), (drawn, withDefault) => {
      const rules = drawn.map(({ priority, conditions: own, own: isOwn }) => rule(priority, own, isOwn ? {} : others));
      const own = [
        ...drawn.filter((one) => one.own).map(({ priority }) => `rule-${String(priority)}`),
        ...(withDefault ? [listenerArn] : []),
      ];
      fc.pre(own.length > 0);
      const planned = plan(rules, own, { open: ['/status'] });
      if (planned.outcome === 'refused') return;
      const added = planned.create.map((one) => ({
        ...rule(one.priority, [...one.conditions]),
        ...one,
        arn: one.kind,
        maintains: 'production/web',
      }));
      const after = [...rules, ...added];
      expect(new Set(after.map(({ priority }) => priority)).size).toBe(after.length);
      for (const url of requests) {
        const before = answered(rules, url).arn;
        const isOwn = own.includes(before) || (before === 'default' && withDefault);
        const now = answered(after, url).arn;
        const expected = isOwn ? (url.endsWith('/status') ? 'open' : 'page') : before;
        expect([url, now]).toEqual([url, expected]);
      }
      // Made again, it finds all of it.
      expect(plan(after, own, { open: ['/status'] })).toEqual({
        outcome: 'planned',
        create: [],
        rewrite: [],
        remove: [],
      });
    }),
    { numRuns: 500 },
  );
});
