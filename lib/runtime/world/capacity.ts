import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { applicationAutoScalingCapacity } from '../../drivers/slots/application-auto-scaling-capacity.ts';
import { clientSettings } from '../../platform/client-settings.ts';

/** The slots' autoscaling. */
export const capacity = applicationAutoScalingCapacity(new ApplicationAutoScalingClient(clientSettings));
