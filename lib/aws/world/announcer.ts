import { SNSClient } from '@aws-sdk/client-sns';
import { clientSettings } from '../client-settings.ts';
import { snsAnnouncer } from '../sns-announcer.ts';
import { setting } from '../environment.ts';

/** The stack's topic of transitions. */
export const announcer = snsAnnouncer(new SNSClient(clientSettings), setting('TOPIC_ARN'));
