import { trafficOf } from '../drivers/shapes/layout-of.ts';
import { authenticates } from '../drivers/rules/routing.ts';
import type { PreCheck } from './pre-check.ts';

/** Green is verified by a rule of its own, and the canary header has one beside each rule that does not authenticate. */
export const roomForRules: PreCheck = {
  name: 'rules',
  expected: 'room on each load balancer for the rules that a rollout adds meanwhile',
  async observe({ spec }, { router }) {
    const routings = await router.read(trafficOf(spec));
    const byBalancer = Map.groupBy(routings, ({ listenerArn }) => listenerArn.split('/').slice(0, -1).join('/'));
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
