import { layoutOf } from '../drivers/shapes/layout-of.ts';
import { whyNotGrpc } from '../specification/why-not-grpc.ts';
import type { Check } from './check.ts';

/** Target groups speak a protocol whose health and errors can be seen. */
export const protocol: Check = {
  name: 'protocol',
  expected: 'target groups of protocol version HTTP1 or HTTP2',
  page: {
    asks: 'Do the target groups speak a protocol whose health and errors can be seen?',
    reads: 'the target groups of both slots',
    rights: ['elasticloadbalancing:DescribeTargetGroups'],
    fails: 'a target group has the protocol version GRPC',
    fix: 'use target groups of protocol version HTTP1 or HTTP2',
    answers: 'Load balancer and target groups set up right',
  },
  async observe({ spec }, { router }) {
    const groups = [...layoutOf(spec).groupsOf('a'), ...layoutOf(spec).groupsOf('b')];
    const versions = await router.protocolVersionsOf(groups);
    const grpc = groups.filter((group) => versions[group] === 'GRPC');
    if (grpc.length > 0) return { passed: false, saw: `${grpc.join(', ')} with GRPC: ${whyNotGrpc}` };
    return { passed: true, saw: [...new Set(Object.values(versions))].join(', ') || 'no protocol version' };
  },
};
