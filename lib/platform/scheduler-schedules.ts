import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  type SchedulerClient,
  UpdateScheduleCommand,
  type UpdateScheduleCommandInput,
} from '@aws-sdk/client-scheduler';
import type { Schedules } from '../ports/schedules.ts';
import type { OneTimeSchedule } from '../rollout/one-time-schedule.ts';

/** Where the schedules stand, what they start, and by which right. */
export interface ScheduleTarget {
  /** The schedule group. */
  readonly group: string;
  /** ARN of what is called: a state machine, or a function. */
  readonly targetArn: string;
  /** ARN of the role that EventBridge Scheduler assumes to start it. */
  readonly roleArn: string;
  /** ARN of the queue for starts that could not be made. */
  readonly deadLetterArn: string;
}

/** How long a start that fails (throttling, an outage) is tried again; the retries of the service's own default, 185, fit in. */
export const retryForSeconds = 3600;

/**
 * One-time schedules of EventBridge Scheduler. It invokes within the minute that follows the named second, at least once, and
 * deletes the schedule then (`ActionAfterCompletion`). UpdateSchedule replaces everything, so each call says all of it. The SDK
 * gives each call a token of its own: one made of the schedule would have the second of two changes within a second ignored.
 */
export function schedulerSchedules(client: SchedulerClient, target: ScheduleTarget): Schedules {
  const update = (input: UpdateScheduleCommandInput) => client.send(new UpdateScheduleCommand(input));

  return {
    async put(schedule) {
      const input = requestOf(schedule, target);
      try {
        await update(input);
      } catch (error) {
        if (!(error instanceof ResourceNotFoundException)) throw error;
        await create(client, input);
      }
    },

    async remove(name) {
      try {
        await client.send(new DeleteScheduleCommand({ Name: name, GroupName: target.group }));
      } catch (error) {
        // It has fired, or was removed before: what was wanted.
        if (!(error instanceof ResourceNotFoundException)) throw error;
      }
    },
  };
}

async function create(client: SchedulerClient, input: UpdateScheduleCommandInput): Promise<void> {
  try {
    await client.send(new CreateScheduleCommand(input));
  } catch (error) {
    if (!(error instanceof ConflictException)) throw error;
    // Somebody set it between the two calls.
    await client.send(new UpdateScheduleCommand(input));
  }
}

function requestOf({ name, at, input }: OneTimeSchedule, target: ScheduleTarget): UpdateScheduleCommandInput {
  const second = new Date(Math.ceil(at.getTime() / 1000) * 1000).toISOString().slice(0, 19);
  return {
    Name: name,
    GroupName: target.group,
    ScheduleExpression: `at(${second})`,
    ScheduleExpressionTimezone: 'UTC',
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: 'DELETE',
    Target: {
      Arn: target.targetArn,
      RoleArn: target.roleArn,
      Input: JSON.stringify(input),
      RetryPolicy: { MaximumEventAgeInSeconds: retryForSeconds, MaximumRetryAttempts: 185 },
      DeadLetterConfig: { Arn: target.deadLetterArn },
    },
  };
}
