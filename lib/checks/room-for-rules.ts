import { listenerFor } from '../drivers/rules/deleted-rules.ts';
import { trafficOf } from '../drivers/shapes/layout-of.ts';
import { authenticates } from '../drivers/rules/routing.ts';
import type { Check } from './check.ts';

/** Green is verified by a rule of its own, and the canary header has one beside each rule that does not authenticate. */
export const roomForRules: Check = {
  name: 'rules',
  expected: 'room on each load balancer for the rules that a rollout adds meanwhile',
  page: {
    asks: 'Has each load balancer room for the rules that a rollout adds?',
    reads: 'the rules of the load balancers, and the limit of the account',
    rights: [
      'elasticloadbalancing:DescribeRules',
      'elasticloadbalancing:DescribeListeners',
      'elasticloadbalancing:DescribeAccountLimits',
    ],
    fails: 'the rules that are there and those to come are more than the limit',
    fix: 'remove rules that are no longer needed, or ask AWS for a higher limit',
    answers: 'Load balancer and target groups set up right',
  },
  ahead: (spec, { router }) => {
    const byBalancer = Map.groupBy(trafficOf(spec).map(listenerFor), balancerOf);
    return Promise.all([...byBalancer.values()].map(([listener = '']) => router.ruleRoom(listener)));
  },
  async observe({ spec }, { router }) {
    const routings = await router.read(trafficOf(spec));
    const byBalancer = Map.groupBy(routings, ({ listenerArn }) => balancerOf(listenerArn));
    const seen = await Promise.all(
      [...byBalancer.values()].map(async (own) => {
        const needed = Math.max(1, own.filter(({ actions }) => !authenticates(actions)).length);
        const { present, most } = await router.ruleRoom(own[0]?.listenerArn ?? '');
        return { needed, present, most };
      }),
    );
    const full = seen.find(({ needed, present, most }) => most !== undefined && present + needed > most);
    const shown = seen.map(
      ({ needed, present, most }) => `${present} of ${most ?? 'an unknown number of'} rules, and ${needed} to come`,
    );
    return { passed: full === undefined, saw: shown.join('; ') };
  },
};

function balancerOf(listenerArn: string): string {
  return listenerArn.split('/').slice(0, -1).join('/');
}
