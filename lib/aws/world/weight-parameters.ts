import { SSMClient } from '@aws-sdk/client-ssm';
import { clientSettings } from '../client-settings.ts';
import { setting } from '../environment.ts';
import { ssmWeightParameters } from '../ssm-weight-parameters.ts';

/** The parameters of this stage by which templates take the weights. */
export const weightParameters = ssmWeightParameters(new SSMClient(clientSettings), setting('STAGE'));
