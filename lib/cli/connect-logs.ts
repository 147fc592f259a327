import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ecsTaskLogs } from '../drivers/slots/ecs-task-logs.ts';
import type { TaskLogs } from '../drivers/task-logs.ts';
import type { StackSettings } from './client-settings.ts';

/** What tasks write, with the rights of the caller. Calls nothing yet. */
export function connectLogs(settings: StackSettings): TaskLogs {
  return ecsTaskLogs(
    new ECSClient(settings),
    (ofGroup) => new CloudWatchLogsClient({ ...settings, ...(ofGroup && { region: ofGroup }) }),
  );
}
