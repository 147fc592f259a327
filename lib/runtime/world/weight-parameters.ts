import { SSMClient } from '@aws-sdk/client-ssm';
import { clientSettings } from '../../platform/client-settings.ts';
import { setting } from '../../platform/environment.ts';
import { ssmWeightParameters } from '../../platform/ssm-weight-parameters.ts';

/** The parameters of this stage by which templates take the weights. */
export const weightParameters = ssmWeightParameters(new SSMClient(clientSettings), setting('STAGE'));
