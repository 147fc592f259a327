import type { Check } from './check.ts';
import { trafficOf } from '../drivers/shapes/layout-of.ts';

/** A load balancer in one zone goes down with it, and one that is not active takes no request. */
export const balancer: Check = {
  name: 'balancer',
  expected: 'load balancers that are active, in two zones or more',
  page: {
    asks: 'Is each load balancer active, and in more than one zone?',
    reads: 'the load balancers of the rules in `traffic`',
    rights: [
      'elasticloadbalancing:DescribeRules',
      'elasticloadbalancing:DescribeListeners',
      'elasticloadbalancing:DescribeLoadBalancers',
    ],
    fails: 'one is not active, or has fewer than `zones` zones (2 by default)',
    fix: 'add a subnet of another zone to the load balancer, or wait until it is active',
    answers: 'Load balancer and target groups set up right',
  },
  async observe({ spec }, { router, facts }) {
    const { zones = 2 } = spec.checks?.balancer ?? {};
    const listeners = new Set((await router.read(trafficOf(spec))).map(({ listenerArn }) => listenerArn));
    const found = await Promise.all([...listeners].map((listener) => facts.balancer(listener)));
    const wrong = found.some((one) => one.state !== 'active' || one.zones < zones);
    return { passed: !wrong, saw: found.map((one) => `${one.state}, ${String(one.zones)} zones`).join('; ') };
  },
};
