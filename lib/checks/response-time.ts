import type { Check } from './check.ts';
import { askBlue } from './ask-blue.ts';

/** A health path that answers slowly says that something behind it does. */
export const responseTime: Check = {
  name: 'response-time',
  expected: 'blue to answer at `healthPath` within `limit`',
  page: {
    asks: 'Does blue answer at its health path fast enough?',
    reads: "the fastest of three of blue's answers at `healthPath`, as the function measures it",
    rights: [
      'elasticloadbalancing:DescribeRules',
      'elasticloadbalancing:DescribeListeners',
      'elasticloadbalancing:DescribeLoadBalancers',
    ],
    fails: 'it takes longer than `limit` (100ms by default; 500ms suits an API)',
    fix: 'find what the health path waits for, or raise `limit`',
    answers: 'Response time of the health path (100 ms, 500 ms for APIs)',
  },
  async observe(state, world) {
    const { limit = 0.1 } = state.spec.checks?.['response-time'] ?? {};
    // The first connection is slower than what users see.
    const first = await askBlue(state, world);
    const others = await Promise.all([askBlue(state, world), askBlue(state, world)]);
    const fastest = Math.min(...[first, ...others].map(({ milliseconds }) => milliseconds));
    return {
      passed: fastest <= limit * 1000,
      saw: `${fastest.toFixed(0)} ms, the limit is ${(limit * 1000).toFixed(0)} ms`,
    };
  },
};
