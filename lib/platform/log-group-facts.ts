import { type CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { ServiceFacts } from '../ports/service-facts.ts';

/** What checks read of log groups. */
export function logGroupFacts(client: CloudWatchLogsClient): Pick<ServiceFacts, 'logGroup'> {
  return {
    async logGroup(name) {
      // Names come in order, and the one that is the prefix itself comes first.
      const { logGroups = [] } = await client.send(
        new DescribeLogGroupsCommand({ logGroupNamePrefix: name, limit: 50 }),
      );
      const found = logGroups.find(({ logGroupName }) => logGroupName === name);
      return found && { name, retentionDays: found.retentionInDays };
    },
  };
}
