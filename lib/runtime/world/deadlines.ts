import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { clientSettings } from '../../platform/client-settings.ts';
import { setting } from '../../platform/environment.ts';
import { schedulerSchedules } from '../../platform/scheduler-schedules.ts';

/** Ends of waits for approval: each calls `ExpireApproval`. */
export const deadlines = schedulerSchedules(new SchedulerClient(clientSettings), {
  group: setting('GUARD_GROUP'),
  targetArn: setting('EXPIRE_APPROVAL_ARN'),
  roleArn: setting('DEADLINE_ROLE_ARN'),
  deadLetterArn: setting('UNDELIVERED_QUEUE_ARN'),
});
