import { SFNClient } from '@aws-sdk/client-sfn';
import { clientSettings } from '../../platform/client-settings.ts';
import { sfnExecutions } from '../../platform/sfn-executions.ts';
import { setting } from '../../platform/environment.ts';

/** Executions of the rollback machine. */
export const rollbacks = sfnExecutions(new SFNClient(clientSettings), setting('ROLLBACK_MACHINE_ARN'));
