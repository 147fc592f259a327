import { type CloudTrailClient, type Event, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import * as z from 'zod';
import { identityCenterPath } from '../approval/caller.ts';
import type { Pusher, PushTrail, PushedTag } from '../ports/push-trail.ts';

/**
 * The part of the record of a `PutImage` that says who pushed what; everything in it was written by others.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/logging-using-cloudtrail.html
 */
const record = z.object({
  userIdentity: z.object({
    arn: z.string().min(1).max(300),
    // CloudTrail writes an empty issuer for sessions of users; whatever stands here loses no push.
    sessionContext: z
      .object({ sessionIssuer: z.object({ arn: z.string().optional() }).optional() })
      .optional()
      .catch(undefined),
  }),
  requestParameters: z.object({ repositoryName: z.string(), imageTag: z.string().optional() }),
  responseElements: z.object({ image: z.object({ imageId: z.object({ imageDigest: z.string() }) }) }),
});

/** The event of a push and its record may differ by this much. */
const apartSeconds = 300;
/** Of 50 events each; the history takes two calls a second in an account and region, for everyone. */
const mostPages = 10;
const betweenMilliseconds = 600;

/**
 * CloudTrail's event history, which every account has for 90 days without a trail.
 * @param sleep waits between two calls
 */
export function cloudTrailPushTrail(
  client: CloudTrailClient,
  sleep: (milliseconds: number) => Promise<unknown>,
): PushTrail {
  return {
    async whoPushed(pushed) {
      let token: string | undefined;
      for (let page = 0; page < mostPages; page += 1) {
        if (page > 0) await sleep(betweenMilliseconds);
        const { Events = [], NextToken } = await client.send(
          new LookupEventsCommand({
            LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'PutImage' }],
            StartTime: new Date(pushed.at.getTime() - apartSeconds * 1000),
            EndTime: new Date(pushed.at.getTime() + apartSeconds * 1000),
            MaxResults: 50,
            NextToken: token,
          }),
        );
        const found = nearestPush(Events, pushed);
        if (found !== undefined) return found;
        if (NextToken === undefined || NextToken === '') return undefined;
        token = NextToken;
      }
      throw new Error(`More than ${mostPages * 50} images were pushed around that time.`);
    },
  };
}

/** The push of this very tag; a digest may be pushed under several tags, by several principals. */
function nearestPush(events: readonly Event[], { repository, digest, tag }: PushedTag): Pusher | undefined {
  for (const { CloudTrailEvent = '' } of events) {
    if (!CloudTrailEvent.includes(digest)) continue;
    const parsed = record.safeParse(JSON.parse(CloudTrailEvent));
    if (!parsed.success) continue;
    const { userIdentity, requestParameters, responseElements } = parsed.data;
    if (requestParameters.repositoryName !== repository) continue;
    if (responseElements.image.imageId.imageDigest !== digest) continue;
    if (tag !== undefined && requestParameters.imageTag !== tag) continue;
    return pusherOf(userIdentity);
  }
  return undefined;
}

/** Anybody who may make roles may name one like those of IAM Identity Center; the path of its own none but AWS makes roles below. */
function pusherOf({ arn: principal, sessionContext }: z.output<typeof record>['userIdentity']): Pusher {
  const isNamedAlike = principal.includes(':assumed-role/AWSReservedSSO_');
  const role = sessionContext?.sessionIssuer?.arn ?? '';
  const isLookAlike = isNamedAlike && !role.includes(`:role${identityCenterPath}`);
  return { principal, ...(isLookAlike && { isLookAlike }) };
}
