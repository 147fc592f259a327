import * as z from 'zod';

const secretExpected =
  'expected where the secret is, not the secret: ssm:/sluice/<name> (a SecureString parameter) or secretsmanager:sluice/<name>, with #<key> for one field of a JSON secret';

/**
 * Where a secret is kept. Names outside `sluice/` are refused: the functions may read no other, and a spec must not be a way
 * to send somebody else's secret away.
 */
const secretReference = z
  .string(secretExpected)
  .regex(
    /^(?:ssm:\/sluice(?:\/[A-Za-z0-9_.-]{1,100}){1,10}|secretsmanager:sluice(?:\/[A-Za-z0-9_+=.@-]{1,100}){1,10})(?:#[A-Za-z0-9_-]{1,64})?$/,
    // Not with the words around it that show what was written: it may be the secret itself.
    `this is not where a secret is kept, ${secretExpected}`,
  )
  .meta({ kind: 'secret', bounds: '`ssm:/sluice/…` or `secretsmanager:sluice/…`' });

const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'expected a short name in lower case, such as chat')
  .refine((text) => text !== 'events', 'expected another name: `events` is what EventBridge always hears')
  .meta({
    kind: 'name',
    bounds: 'up to 40 lower-case letters, digits and `-`',
    description: 'What the table calls it',
  });

function type<const Name extends string>(value: Name) {
  return z.literal(value).meta({
    kind: '`slack`, `slack-webhook`, `pagerduty`, `mail` or `webhook`',
    description: 'What it is',
  });
}

const slack = z.strictObject({
  name,
  type: type('slack'),
  token: secretReference.describe('Of `slack`: a bot token with the scope `chat:write`'),
  channel: z
    .string('expected a channel, such as C0123456789')
    .regex(
      /^(?:[CGD][A-Z0-9]{2,20}|#[\p{L}\p{N}_.-]{1,80})$/u,
      'expected a channel, such as C0123456789 or "#rollouts"',
    )
    .meta({ bounds: 'an id, or a name with `#` in quotes', description: 'Of `slack`: where it posts' }),
  buttons: z
    .boolean('expected true or false')
    .default(false)
    .describe(
      'Of `slack`: whether messages carry [buttons](approvals.md#slack-buttons) for the people of `approvals` who have a `slack` id',
    ),
});

const slackWebhook = z.strictObject({
  name,
  type: type('slack-webhook'),
  webhook: secretReference.describe(
    'Of `slack-webhook`: the URL of an incoming webhook. Who has it may post, so it is a secret',
  ),
});

/** Ids as PagerDuty gives them, such as PIJ90N7. */
const pagerDutyIds = (what: string, several: string) =>
  z
    .array(
      z.string().regex(/^[A-Z0-9]{5,20}$/, `expected the id of ${what}, such as PIJ90N7`),
      `expected a list of ids`,
    )
    .min(1, 'expected at least one id')
    .max(20, 'expected at most 20 ids')
    .optional()
    .meta({ kind: 'list of ids', bounds: '1 to 20 entries', description: `Ids of ${several} whose on-call counts` });

const onCall = z
  .strictObject(
    {
      token: secretReference.describe("A token of PagerDuty's REST API, read-only is enough"),
      schedules: pagerDutyIds('a schedule', 'schedules'),
      escalationPolicies: pagerDutyIds('an escalation policy', 'escalation policies'),
    },
    'expected a map with token and schedules or escalationPolicies',
  )
  .refine(
    ({ schedules, escalationPolicies }) => schedules !== undefined || escalationPolicies !== undefined,
    'expected schedules or escalationPolicies: without them everybody of the account would be meant',
  );

const pagerDuty = z.strictObject({
  name,
  type: type('pagerduty'),
  routingKey: secretReference.describe('Of `pagerduty`: the integration key of an Events API v2 integration'),
  // Of two hosts, and no URL: a key must not go anywhere else.
  region: z
    .enum(['us', 'eu'], 'expected us or eu')
    .optional()
    .describe('Of `pagerduty`: the service region of the account; without it `us`'),
  changes: z
    .enum(['all', 'ends'], 'expected all or ends')
    .optional()
    .describe(
      'Of `pagerduty`: `ends` for the first and the last change event of a rollout alone; without it each shift, hold and rollback is one, too',
    ),
  onCall: onCall
    .optional()
    .describe(
      'Of `pagerduty`: [who is on call](notifications.md#who-is-on-call) gets a personal link to what needs a person',
    ),
});

/** No display name, no list, no control character: what stands here becomes a header. */
const address = z
  .string('expected a mail address')
  .regex(
    /^(?=.{3,254}$)[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/,
    'expected a mail address such as on-call@example.com',
  )
  .meta({ kind: 'mail address' });

const mail = z.strictObject({
  name,
  type: type('mail'),
  from: address.describe('Of `mail`: the sender, an identity that SES has verified'),
  to: z
    .array(address, 'expected a list of mail addresses')
    .min(1, 'expected at least one mail address')
    .max(50, 'expected at most 50 mail addresses, which is what SES takes')
    .meta({ bounds: '1 to 50 entries', description: 'Of `mail`: who gets it' }),
});

const webhook = z.strictObject({
  name,
  type: type('webhook'),
  url: z
    .url({ protocol: /^https$/, hostname: z.regexes.domain, error: 'expected an https URL with the name of a host' })
    .max(2000, 'expected at most 2000 characters')
    .refine((url) => !url.includes('@') && !url.includes('#'), 'expected a URL without user and fragment')
    .meta({ kind: 'URL', bounds: 'https, with the name of a host', description: 'Of `webhook`: where requests go to' }),
  secret: secretReference.describe('Of `webhook`: signs each request; at least 32 characters'),
});

/** One place where people, or machines, hear of rollouts. */
export const channel = z.discriminatedUnion(
  'type',
  [slack, slackWebhook, pagerDuty, mail, webhook],
  'expected a channel: a map with name, type (slack, slack-webhook, pagerduty, mail or webhook) and what the type needs',
);

export type Channel = z.output<typeof channel>;
export type ChannelOf<Type extends Channel['type']> = Extract<Channel, { readonly type: Type }>;
