import { SFNClient } from '@aws-sdk/client-sfn';
import { clientSettings } from '../../platform/client-settings.ts';
import { sfnExecutions } from '../../platform/sfn-executions.ts';
import { setting } from '../../platform/environment.ts';

/** Executions of the retirement machine. */
export const retirements = sfnExecutions(new SFNClient(clientSettings), setting('RETIREMENT_MACHINE_ARN'));
