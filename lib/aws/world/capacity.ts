import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { applicationAutoScalingCapacity } from '../application-auto-scaling-capacity.ts';
import { clientSettings } from '../client-settings.ts';

/** The slots' autoscaling. */
export const capacity = applicationAutoScalingCapacity(new ApplicationAutoScalingClient(clientSettings));
