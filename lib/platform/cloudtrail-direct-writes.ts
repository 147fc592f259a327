import { type CloudTrailClient, type Event, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { isOwn } from './cloudtrail-audit-trail.ts';

/** A write of a rule or listener that CloudTrail has. */
export interface DirectWrite {
  readonly at: string;
  readonly principal: string;
  readonly arn: string;
}

/** The part of a CloudTrail record that says who wrote what; everything in it was written by others. */
const record = z.object({
  eventTime: z.iso.datetime(),
  errorCode: z.string().optional(),
  userIdentity: z.object({ arn: z.string().min(1).max(300), invokedBy: z.string().optional() }),
  requestParameters: z.object({ ruleArn: z.string().optional(), listenerArn: z.string().optional() }),
});

const writes = ['ModifyRule', 'ModifyListener'] as const;
/** With `driver: ecs-native` ECS itself writes the rules, by a role that the service names. */
const ecs = 'ecs.amazonaws.com';
/** Of 50 events each; the history takes two calls a second in an account and region, for everyone. */
const mostPages = 20;
const betweenMilliseconds = 600;

/**
 * Returns the writes of some rules and listeners within a time, without those of the stack's own roles and of ECS: CloudTrail's event history, which
 * every account has for 90 days without a trail, and which knows a call some minutes after it.
 * @param own what the name of each role of the stack begins with
 * @throws where there is more to read than it is asked for
 */
export async function directWrites(
  client: CloudTrailClient,
  { arns, since, until, own }: { arns: readonly string[]; since: Date; until: Date; own: string },
): Promise<readonly DirectWrite[]> {
  const found: DirectWrite[] = [];
  const wanted = new Set(arns);
  for (const name of writes) {
    let token: string | undefined;
    for (let page = 0; ; page += 1) {
      if (page === mostPages)
        throw new Error(`CloudTrail has more than ${mostPages * 50} calls of ${name} since ${since.toISOString()}.`);
      if (page > 0) await sleep(betweenMilliseconds);
      const { Events = [], NextToken } = await client.send(
        new LookupEventsCommand({
          LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: name }],
          ...{ StartTime: since, EndTime: until, MaxResults: 50, NextToken: token },
        }),
      );
      found.push(...Events.flatMap((event) => writeIn(event, wanted, own)));
      if (NextToken === undefined || NextToken === '') break;
      token = NextToken;
    }
  }
  return found.toSorted((one, other) => one.at.localeCompare(other.at));
}

function writeIn({ CloudTrailEvent = '' }: Event, wanted: ReadonlySet<string>, own: string): readonly DirectWrite[] {
  let written: unknown;
  try {
    written = JSON.parse(CloudTrailEvent);
  } catch {
    return [];
  }
  const parsed = record.safeParse(written);
  // A call that was refused has written nothing.
  if (!parsed.success || parsed.data.errorCode !== undefined) return [];
  const { eventTime: at, userIdentity, requestParameters } = parsed.data;
  if (userIdentity.invokedBy === ecs) return [];
  const arn = requestParameters.ruleArn ?? requestParameters.listenerArn ?? '';
  return wanted.has(arn) && !isOwn(userIdentity.arn, own) ? [{ at, principal: userIdentity.arn, arn }] : [];
}
