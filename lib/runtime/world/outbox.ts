import { SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings } from '../../platform/client-settings.ts';
import { setting } from '../../platform/environment.ts';
import { sqsOutbox } from '../../platform/sqs-outbox.ts';
import { sqsPause } from '../../platform/sqs-pause.ts';

const client = new SQSClient(clientSettings);
const deliveriesUrl = setting('DELIVERIES_URL');
const remindersUrl = setting('REMINDERS_URL');

/** Hints and timers of the stack's queues. */
export const outbox = sqsOutbox(client, { deliveriesUrl, remindersUrl });

/** Puts a message of one of the queues off. */
export const pauseDelivery = sqsPause(client, deliveriesUrl);
export const pauseReminder = sqsPause(client, remindersUrl);
