import type { Check } from './check.ts';
import { differencesOf, targetGroupsOf } from './target-groups-of.ts';

const key = 'deregistration_delay.timeout_seconds';

/** So long a rollback waits for requests that are open on green; a delay of 0 cuts them. */
export const deregistrationDelay: Check = {
  name: 'deregistration-delay',
  expected: 'the same deregistration delay for both slots, from 1 s to `longest`',
  page: {
    asks: 'Is the deregistration delay of both slots the same, and neither 0 nor very long?',
    reads: 'the target groups of both slots',
    rights: ['elasticloadbalancing:DescribeTargetGroups', 'elasticloadbalancing:DescribeTargetGroupAttributes'],
    fails: 'it differs between the slots, is 0, or longer than `longest` (5m by default)',
    fix: 'set deregistration_delay.timeout_seconds of both target groups to what the longest request needs',
    answers: 'Load balancer and target groups set up right',
  },
  async observe({ spec }, world) {
    const { longest = 300 } = spec.checks?.['deregistration-delay'] ?? {};
    const pairs = await targetGroupsOf(spec, world);
    const delays = pairs.flatMap(({ a, b }) => [a, b].map(({ attributes }) => Number(attributes[key] ?? 300)));
    const differ = pairs.flatMap(({ a, b }) => differencesOf(a.attributes, b.attributes, [key]));
    const wrong = delays.some((seconds) => seconds < 1 || seconds > longest);
    const saw =
      differ.length > 0
        ? differ.join('; ')
        : `${[...new Set(delays)].map((one) => `${String(one)} s`).join(', ')}, at most ${String(longest)} s`;
    return { passed: differ.length === 0 && !wrong, saw };
  },
};
