import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { slackReplies } from '../../channels/slack/web-replies.ts';
import { logger } from '../../platform/logger.ts';
import { awsSecrets } from '../../platform/aws-secrets.ts';
import { dynamoDbOneTimeIds } from '../../storage/dynamodb-one-time-ids.ts';
import { setting } from '../../platform/environment.ts';
import { now } from './clock.ts';
import { documents } from './documents.ts';

/** Slack waits for 3 s: what hangs must not. */
const settings = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 500, requestTimeout: 1_000, throwOnRequestTimeout: true },
};
const secrets = awsSecrets(new SSMClient(settings), new SecretsManagerClient(settings), now);
const origin = process.env['SLUICE_WEBHOOK_ORIGIN'];

/** The signing secret of the stage's Slack app, by its reference. */
export const slackSigningSecret = (): Promise<string> => secrets.read(setting('SLACK_SIGNING_SECRET'));

/** Requests that came already. */
export const slackIds = dynamoDbOneTimeIds(documents, setting('PEOPLE_TABLE_NAME'), 'SLACK', now);

/** Slack's own address unless the environment names another, as a local stack does. */
export const slackReplying = slackReplies({
  baseUrl: process.env['SLACK_API_URL'] ?? 'https://slack.com/api',
  secrets,
  fetchIt: (url, init) => fetch(url, init),
  redirected: (url) => (origin === undefined ? url : `${origin}${new URL(url).pathname}`),
  onFailure: (what, error) => {
    logger.warn(what, { error });
  },
});
