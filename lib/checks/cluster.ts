import type { Check } from './check.ts';

/** A cluster that is being deleted starts no task. */
export const cluster: Check = {
  name: 'cluster',
  expected: 'the cluster to be ACTIVE',
  page: {
    asks: 'Is the ECS cluster active?',
    reads: 'the cluster of the spec',
    rights: ['ecs:DescribeClusters'],
    fails: 'the cluster does not exist or is not ACTIVE',
    fix: 'correct `cluster` in the spec, or wait until the cluster is active',
    answers: 'Cluster healthy',
  },
  async observe({ spec }, { facts }) {
    const status = await facts.clusterStatus(spec.cluster);
    return {
      passed: status === 'ACTIVE',
      saw: status === undefined ? `no cluster ${spec.cluster}` : `${spec.cluster} is ${status}`,
    };
  },
};
