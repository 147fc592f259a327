import { slackReplies } from '../../channels/slack/web-replies.ts';
import { logger } from '../../platform/logger.ts';
import { dynamoDbOneTimeIds } from '../../storage/dynamodb-one-time-ids.ts';
import { setting } from '../../platform/environment.ts';
import { now } from './clock.ts';
import { documents } from './documents.ts';
import { promptSecrets } from './prompt-secrets.ts';

const origin = process.env['SLUICE_WEBHOOK_ORIGIN'];

/** The signing secret of the stage's Slack app, by its reference. */
export const slackSigningSecret = (): Promise<string> => promptSecrets.read(setting('SLACK_SIGNING_SECRET'));

/** Requests that came already. */
export const slackIds = dynamoDbOneTimeIds(documents, setting('PEOPLE_TABLE_NAME'), 'SLACK', now);

/** Slack's own address unless the environment names another, as a local stack does. */
export const slackReplying = slackReplies({
  baseUrl: process.env['SLACK_API_URL'] ?? 'https://slack.com/api',
  secrets: promptSecrets,
  fetchIt: (url, init) => fetch(url, init),
  redirected: (url) => (origin === undefined ? url : `${origin}${new URL(url).pathname}`),
  onFailure: (what, error) => {
    logger.warn(what, { error });
  },
});
