import { PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';

/** Secrets of the sample's channels, as the spec refers to them; the vendors are the inbox, so none is worth anything. */
export const sampleSecrets = {
  '/sluice/local/slack-token': 'xoxb-local-sample',
  // Where the function behind the buttons looks in the local stage.
  '/sluice/local/slack-signing-secret': '8f742231b10e8888abcd99yyyzzz85a5',
  '/sluice/local/slack-webhook': 'https://hooks.slack.com/services/TLOCAL/BSAMPLE/sample',
  '/sluice/local/pagerduty-key': '0123456789abcdef0123456789abcdef',
  // With which PagerDuty signs what it says of incidents.
  '/sluice/local/pagerduty-webhook-secret': 'what PagerDuty signs with',
  '/sluice/local/webhook-secret': 'the sample signs its requests with this',
} as const;

/** The channels of the sample's spec: one of each kind. */
export const sampleChannels = `notifications:
  channels:
    - { name: chat, type: slack, token: ssm:/sluice/local/slack-token, channel: C0ROLLOUTS, buttons: true }
    - { name: chat-critical, type: slack, token: ssm:/sluice/local/slack-token, channel: C0CRITICAL }
    - { name: hook, type: slack-webhook, webhook: ssm:/sluice/local/slack-webhook }
    - { name: pager, type: pagerduty, routingKey: ssm:/sluice/local/pagerduty-key }
    - { name: post, type: mail, from: sluice@example.com, to: [on-call@example.com] }
    - { name: machine, type: webhook, url: 'https://ops.example.com/sluice', secret: ssm:/sluice/local/webhook-secret }
`;

/** Puts the sample's secrets where its spec says they are. */
export async function putSampleSecrets(ssm: SSMClient): Promise<void> {
  await Promise.all(
    Object.entries(sampleSecrets).map(([Name, Value]) =>
      ssm.send(new PutParameterCommand({ Name, Value, Type: 'SecureString', Overwrite: true })),
    ),
  );
}
