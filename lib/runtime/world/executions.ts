import { SFNClient } from '@aws-sdk/client-sfn';
import { clientSettings } from '../../platform/client-settings.ts';
import { sfnExecutions } from '../../platform/sfn-executions.ts';
import { setting } from '../../platform/environment.ts';

/** Executions of the rollout machine. */
export const executions = sfnExecutions(new SFNClient(clientSettings), setting('ROLLOUT_MACHINE_ARN'));
