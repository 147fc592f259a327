import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { setting } from '../../platform/environment.ts';
import { stackVitals } from '../../platform/stack-vitals.ts';

/** The caller waits for the answer: a part that is slow counts as one that does not answer. */
const impatient = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
};

/** The stack's own parts. */
export const vitals = stackVitals(
  { sfn: new SFNClient(impatient), scheduler: new SchedulerClient(impatient), sqs: new SQSClient(impatient) },
  {
    machineArns: ['ROLLOUT_MACHINE_ARN', 'ROLLBACK_MACHINE_ARN', 'RETIREMENT_MACHINE_ARN'].map((name) => setting(name)),
    guardGroup: setting('GUARD_GROUP'),
    queueUrls: ['UNDELIVERED_URL', 'DEAD_DELIVERIES_URL', 'DEAD_REMINDERS_URL'].map((name) => setting(name)),
  },
);
