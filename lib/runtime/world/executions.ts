import { SFNClient } from '@aws-sdk/client-sfn';
import { clientSettings } from '../../aws/client-settings.ts';
import { sfnExecutions } from '../../aws/sfn-executions.ts';
import { setting } from '../environment.ts';

/** Executions of the rollout machine. */
export const executions = sfnExecutions(new SFNClient(clientSettings), setting('ROLLOUT_MACHINE_ARN'));
