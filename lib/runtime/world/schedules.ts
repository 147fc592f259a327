import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { clientSettings } from '../../platform/client-settings.ts';
import { setting } from '../../platform/environment.ts';
import { schedulerSchedules } from '../../platform/scheduler-schedules.ts';

/** The schedules of the guard: each starts the rollback machine. */
export const schedules = schedulerSchedules(new SchedulerClient(clientSettings), {
  group: setting('GUARD_GROUP'),
  targetArn: setting('ROLLBACK_MACHINE_ARN'),
  roleArn: setting('GUARD_ROLE_ARN'),
  deadLetterArn: setting('UNDELIVERED_QUEUE_ARN'),
});
