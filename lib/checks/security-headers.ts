import type { Check } from './check.ts';
import { askBlue } from './ask-blue.ts';

/** Headers that browsers protect users by are lost easily, as when a proxy is replaced. */
export const securityHeaders: Check = {
  name: 'security-headers',
  expected: 'the answer to carry every header of `names`',
  page: {
    asks: 'Do answers carry the headers that browsers protect users by?',
    reads: "blue's answer at `healthPath`",
    rights: [
      'elasticloadbalancing:DescribeRules',
      'elasticloadbalancing:DescribeListeners',
      'elasticloadbalancing:DescribeLoadBalancers',
    ],
    fails: 'a header of `names` is missing (`strict-transport-security` and `x-content-type-options` by default)',
    fix: 'have the service or its load balancer add the header to each answer',
    answers: 'Security headers',
  },
  async observe(state, world) {
    const names = state.spec.checks?.['security-headers']?.names ?? [
      'strict-transport-security',
      'x-content-type-options',
    ];
    const { headers = {} } = await askBlue(state, world);
    const lacks = names.filter((name) => headers[name.toLowerCase()] === undefined);
    if (lacks.length > 0) return { passed: false, saw: `missing: ${lacks.join(', ')}` };
    return { passed: true, saw: `all ${String(names.length)} are there` };
  },
};
