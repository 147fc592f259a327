import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Announcer } from '../ports/announcer.ts';

/** SNS refuses a subject beyond 100 characters. */
const longestSubject = 100;

/** Transitions on an SNS topic; severity, service, rollout and trace stand as attributes, so that subscribers can filter. */
export function snsAnnouncer(client: SNSClient, topicArn: string): Announcer {
  return {
    async announce(announcement) {
      const { severity, service, rolloutId, traceId, type } = announcement;
      await client.send(
        new PublishCommand({
          TopicArn: topicArn,
          Subject: `[${severity}] ${service}: ${type}`.slice(0, longestSubject),
          Message: JSON.stringify(announcement),
          MessageAttributes: {
            severity: text(severity),
            service: text(service),
            rolloutId: text(rolloutId),
            traceId: text(traceId),
            type: text(type),
          },
        }),
      );
    },
  };
}

function text(value: string) {
  return { DataType: 'String', StringValue: value };
}
