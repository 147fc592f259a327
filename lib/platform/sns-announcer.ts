import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Announcement, Announcer } from '../ports/announcer.ts';

/** SNS refuses a subject beyond 100 characters. */
const longestSubject = 100;
/** SNS refuses a message beyond 262,144 bytes; the attributes count too. */
const mostBytes = 250_000;
const cutSummary = 1000;

/** Transitions on an SNS topic; severity, service, rollout and trace stand as attributes, so that subscribers can filter. */
export function snsAnnouncer(client: SNSClient, topicArn: string): Announcer {
  return {
    async announce(announcement) {
      const { severity, service, rolloutId, traceId, type } = announcement;
      await client.send(
        new PublishCommand({
          TopicArn: topicArn,
          Subject: `[${severity}] ${service}: ${type}`.slice(0, longestSubject),
          Message: messageOf(announcement),
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

/** A message that SNS refuses would hold back every later one of the rollout, so one that is too long is cut. */
function messageOf(announcement: Announcement): string {
  const whole = JSON.stringify(announcement);
  if (Buffer.byteLength(whole) <= mostBytes) return whole;
  const truncated = `too long for a message; the record has it: sluice get ${announcement.rolloutId}`;
  const summary = announcement.summary.slice(0, cutSummary);
  return JSON.stringify({ ...announcement, summary, detail: { truncated } });
}

function text(value: string) {
  return { DataType: 'String', StringValue: value };
}
