import { DescribeClustersCommand, type ECSClient } from '@aws-sdk/client-ecs';
import type { ServiceFacts } from '../ports/service-facts.ts';

/** What checks read of ECS clusters. */
export function ecsClusterFacts(client: ECSClient): Pick<ServiceFacts, 'clusterStatus'> {
  return {
    async clusterStatus(name) {
      const { clusters = [] } = await client.send(new DescribeClustersCommand({ clusters: [name] }));
      return clusters[0]?.status;
    },
  };
}
