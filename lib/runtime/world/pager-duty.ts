import { promptSecrets } from './prompt-secrets.ts';

const reference = process.env['PAGERDUTY_WEBHOOK_SECRET'] ?? '';

/** The secret of the stage's webhook subscription in PagerDuty; `undefined` where the stage names none. */
export const pagerDutyWebhookSecret = reference === '' ? undefined : () => promptSecrets.read(reference);
