import { SFNClient } from '@aws-sdk/client-sfn';
import { clientSettings } from '../../platform/client-settings.ts';
import { setting } from '../../platform/environment.ts';
import { sfnExecutions } from '../../platform/sfn-executions.ts';

/** Executions of the emergency machine. */
export const emergencyExecutions = sfnExecutions(new SFNClient(clientSettings), setting('EMERGENCY_MACHINE_ARN'));
