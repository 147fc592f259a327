import { SFNClient } from '@aws-sdk/client-sfn';
import { clientSettings } from '../../platform/client-settings.ts';
import { setting } from '../../platform/environment.ts';
import { sfnExecutions } from '../../platform/sfn-executions.ts';

/** Executions of the release machine. */
export const releaseExecutions = sfnExecutions(new SFNClient(clientSettings), setting('RELEASE_MACHINE_ARN'));
