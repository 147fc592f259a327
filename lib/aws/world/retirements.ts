import { SFNClient } from '@aws-sdk/client-sfn';
import { clientSettings } from '../client-settings.ts';
import { sfnExecutions } from '../sfn-executions.ts';
import { setting } from '../environment.ts';

/** Executions of the retirement machine. */
export const retirements = sfnExecutions(new SFNClient(clientSettings), setting('RETIREMENT_MACHINE_ARN'));
