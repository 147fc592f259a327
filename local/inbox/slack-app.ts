import * as z from 'zod';

/** Where clicks of the inbox go, and what signs them: the Slack app of a local stack. */
export const slackApp = z.object({ url: z.url({ protocol: /^http$/ }), signingSecret: z.string().min(1) });
export type SlackApp = z.output<typeof slackApp>;
