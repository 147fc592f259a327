import { type CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import * as z from 'zod';
import { parsedJson } from '../specification/text/parsed-json.ts';
import type { AuditTrail } from '../ports/audit-trail.ts';

/** The part of a CloudTrail record that names somebody; everything in it was written by others. */
const record = z.object({
  eventName: z.string(),
  eventTime: z.string(),
  sourceIPAddress: z.string().optional(),
  userIdentity: z.object({ arn: z.string().optional(), type: z.string().optional() }),
});

/** What changes rules and slots, by the service that has it. */
const sources: readonly (readonly [source: string, names: readonly string[]])[] = [
  [
    'elasticloadbalancing.amazonaws.com',
    ['ModifyRule', 'ModifyListener', 'DeleteRule', 'DeleteListener', 'SetRulePriorities'],
  ],
  ['ecs.amazonaws.com', ['UpdateService', 'DeleteService', 'CreateService']],
];

const longest = 300;

/**
 * CloudTrail's event history, which every account has for 90 days without a trail. It may be asked twice a second in an account
 * and region, and knows a call some minutes after it.
 * @param own what the role of everything of this stack begins with, such as `sluice-production-`
 */
export function cloudTrailAuditTrail(client: CloudTrailClient, own: string): AuditTrail {
  return {
    async whoChanged(thing, since) {
      const isElb = thing.includes(':elasticloadbalancing:');
      const [source, names] = sources[isElb ? 0 : 1] ?? ['', []];
      const { Events = [] } = await client.send(
        new LookupEventsCommand({
          LookupAttributes: [{ AttributeKey: 'EventSource', AttributeValue: source }],
          StartTime: since,
          MaxResults: 50,
        }),
      );
      // The newest comes first.
      for (const { CloudTrailEvent = '' } of Events) {
        // A whole ARN or name, or the end of one.
        if (!CloudTrailEvent.includes(`"${thing}"`) && !CloudTrailEvent.includes(`/${thing}"`)) continue;
        const parsed = record.safeParse(parsedJson(CloudTrailEvent));
        // A record that nobody can read must not hide those behind it.
        if (!parsed.success) continue;
        const { eventName, eventTime, userIdentity, sourceIPAddress } = parsed.data;
        const who = userIdentity.arn ?? userIdentity.type ?? 'an unnamed identity';
        if (!names.includes(eventName) || isOwn(who, own)) continue;
        const from = sourceIPAddress === undefined ? '' : ` from ${sourceIPAddress}`;
        return `${who} (${eventName} at ${eventTime}${from})`.slice(0, longest);
      }
      return undefined;
    },
  };
}

/**
 * Whether a session is one of a role of the stack. In `arn:aws:sts::111122223333:assumed-role/<role>/<session>` the role counts, as the
 * caller chooses a session's name. Functions and machines begin with a capital, so a role of a stage `production-eu` is none of `production`.
 */
export function isOwn(arn: string, own: string): boolean {
  const [, role = ''] = /^arn:[^:]*:sts::\d*:assumed-role\/([^/]+)\//.exec(arn) ?? [];
  return role.startsWith(own) && /^[A-Z]/.test(role.slice(own.length));
}
