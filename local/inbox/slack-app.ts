import * as z from 'zod';

const url = z.url({ protocol: /^http$/ });
const secret = z.string().min(1);

/** Where clicks of the inbox go, and what signs them: the Slack app of a local stack, and its webhook subscription in PagerDuty. */
export const slackApp = z.object({
  url,
  signingSecret: secret,
  pagerDuty: z.object({ url, secret }).optional(),
});
export type SlackApp = z.output<typeof slackApp>;
