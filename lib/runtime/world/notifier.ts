import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SSMClient } from '@aws-sdk/client-ssm';
import { channelNotifier } from '../../channels/channel-notifier.ts';
import { awsSecrets } from '../../platform/aws-secrets.ts';
import { guardedFetch } from '../../network/guarded-fetch.ts';
import { eventBridgeBus } from '../../platform/eventbridge-bus.ts';
import { sesMailer } from '../../platform/ses-mailer.ts';
import { now } from './clock.ts';

/** A vendor that hangs must not take the time of the next message: one try, the queue makes the others. */
const settings = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 4_000, throwOnRequestTimeout: true },
};

/** Where webhooks are on a local stack, which alone has it. */
const webhookOrigin = process.env['SLUICE_WEBHOOK_ORIGIN'];

/** Every channel, at the vendors' addresses unless the environment names others, as a local stack does. */
export const notifier = channelNotifier({
  secrets: awsSecrets(new SSMClient(settings), new SecretsManagerClient(settings), now),
  mailer: sesMailer(new SESv2Client(settings)),
  bus: eventBridgeBus(new EventBridgeClient(settings), 'default'),
  fetchIt: (url, init) => fetch(url, init),
  fetchNamed: guardedFetch({ isLocal: webhookOrigin !== undefined }),
  now,
  slackUrl: process.env['SLACK_API_URL'] ?? 'https://slack.com/api',
  pagerDutyUrls: {
    us: process.env['PAGERDUTY_EVENTS_URL'] ?? 'https://events.pagerduty.com',
    eu: process.env['PAGERDUTY_EVENTS_URL'] ?? 'https://events.eu.pagerduty.com',
  },
  pagerDutyApiUrls: {
    us: process.env['PAGERDUTY_API_URL'] ?? 'https://api.pagerduty.com',
    eu: process.env['PAGERDUTY_API_URL'] ?? 'https://api.eu.pagerduty.com',
  },
  webhookOrigin,
});
