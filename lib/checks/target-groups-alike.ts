import type { Check } from './check.ts';
import { differencesOf, targetGroupsOf } from './target-groups-of.ts';

/** Green that is judged healthy by another question than blue is no comparison, and after the rollout it is the one that stays. */
export const targetGroupsAlike: Check = {
  name: 'target-groups-alike',
  expected: 'the target groups of both slots to have the same protocol and health check',
  page: {
    asks: 'Have the target groups of both slots the same protocol and health check?',
    reads: 'the target groups of both slots',
    rights: ['elasticloadbalancing:DescribeTargetGroups', 'elasticloadbalancing:DescribeTargetGroupAttributes'],
    fails: 'protocol, port, path, matcher, interval, time-out or thresholds differ',
    fix: 'give both target groups the same settings',
    answers: 'Load balancer and target groups set up right',
  },
  async observe({ spec }, world) {
    const pairs = await targetGroupsOf(spec, world);
    const differ = pairs.flatMap(({ a, b }) =>
      differencesOf(a.settings, b.settings, [...new Set([...Object.keys(a.settings), ...Object.keys(b.settings)])]),
    );
    return { passed: differ.length === 0, saw: differ.length === 0 ? 'both alike' : differ.join('; ') };
  },
};
