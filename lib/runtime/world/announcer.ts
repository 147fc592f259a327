import { SNSClient } from '@aws-sdk/client-sns';
import { clientSettings } from '../../platform/client-settings.ts';
import { snsAnnouncer } from '../../platform/sns-announcer.ts';
import { setting } from '../../platform/environment.ts';

/** The stack's topic of transitions. */
export const announcer = snsAnnouncer(new SNSClient(clientSettings), setting('TOPIC_ARN'));
