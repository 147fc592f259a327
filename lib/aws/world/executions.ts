import { SFNClient } from '@aws-sdk/client-sfn';
import { clientSettings } from '../client-settings.ts';
import { sfnExecutions } from '../sfn-executions.ts';
import { setting } from '../environment.ts';

/** Executions of the rollout machine. */
export const executions = sfnExecutions(new SFNClient(clientSettings), setting('ROLLOUT_MACHINE_ARN'));
