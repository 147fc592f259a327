import { trafficOf } from '../drivers/shapes/layout-of.ts';
import { stickySecondsOf } from '../drivers/rules/routing.ts';
import { formatDuration } from '../specification/quantity.ts';
import type { Check } from './check.ts';

/** Group stickiness beats weights: a rollback has to outwait it. */
export const stickiness: Check = {
  name: 'stickiness',
  expected: 'group stickiness of no rule is longer than rollback.longestStickiness',
  page: {
    asks: 'Can a rollback outwait the group stickiness of every rule?',
    reads: 'the rules of `traffic`',
    rights: ['elasticloadbalancing:DescribeRules', 'elasticloadbalancing:DescribeListeners'],
    fails: 'a rule has a longer group stickiness than `rollback.longestStickiness`',
    fix: 'shorten the stickiness of the rule, or raise `rollback.longestStickiness`',
    answers: 'Load balancer and target groups set up right',
  },
  async observe({ spec }, { router }) {
    const { longestStickiness } = spec.rollback;
    const routings = await router.read(trafficOf(spec));
    const longest = Math.max(0, ...routings.map(({ actions }) => stickySecondsOf(actions)));
    if (longest === 0) return { passed: true, saw: 'no rule has group stickiness' };
    const long = routings.filter(({ actions }) => stickySecondsOf(actions) > longestStickiness).map(({ arn }) => arn);
    if (long.length === 0) return { passed: true, saw: `group stickiness of at most ${formatDuration(longest)}` };
    return {
      passed: false,
      saw: `group stickiness of ${formatDuration(longest)} (${long.join(', ')}), longer than ${formatDuration(longestStickiness)}`,
    };
  },
};
