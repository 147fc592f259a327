import { SFNClient } from '@aws-sdk/client-sfn';
import { clientSettings } from '../client-settings.ts';
import { sfnExecutions } from '../sfn-executions.ts';
import { setting } from '../environment.ts';

/** Executions of the rollback machine. */
export const rollbacks = sfnExecutions(new SFNClient(clientSettings), setting('ROLLBACK_MACHINE_ARN'));
