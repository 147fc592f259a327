import { SFNClient } from '@aws-sdk/client-sfn';
import { clientSettings } from '../../platform/client-settings.ts';
import { setting } from '../../platform/environment.ts';
import { sfnExecutions } from '../../platform/sfn-executions.ts';

/** Executions of the incident machine. */
export const incidentExecutions = sfnExecutions(new SFNClient(clientSettings), setting('INCIDENT_MACHINE_ARN'));
