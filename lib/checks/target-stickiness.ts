import type { Check } from './check.ts';
import { differencesOf, targetGroupsOf } from './target-groups-of.ts';

/** Where one slot keeps a user on one task and the other does not, sessions are lost as traffic moves. */
export const targetStickiness: Check = {
  name: 'target-stickiness',
  expected: 'the same stickiness of targets for both slots',
  page: {
    asks: 'Do both slots keep users on a task in the same way?',
    reads: 'the target groups of both slots',
    rights: ['elasticloadbalancing:DescribeTargetGroups', 'elasticloadbalancing:DescribeTargetGroupAttributes'],
    fails: 'stickiness is on for one slot alone, or its kind or duration differs',
    fix: 'give both target groups the same `stickiness.*` attributes',
    answers: 'Load balancer and target groups set up right',
  },
  async observe({ spec }, world) {
    const pairs = await targetGroupsOf(spec, world);
    const keys = [...new Set(pairs.flatMap(({ a, b }) => Object.keys({ ...a.attributes, ...b.attributes })))];
    const sticky = keys.filter((key) => key.startsWith('stickiness.'));
    const differ = pairs.flatMap(({ a, b }) => differencesOf(a.attributes, b.attributes, sticky));
    const isOn = pairs.some(({ a }) => a.attributes['stickiness.enabled'] === 'true');
    return {
      passed: differ.length === 0,
      saw: differ.length > 0 ? differ.join('; ') : isOn ? 'on for both' : 'off for both',
    };
  },
};
