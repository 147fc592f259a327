import { GetScheduleGroupCommand, type SchedulerClient } from '@aws-sdk/client-scheduler';
import { DescribeStateMachineCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Vitals } from '../ports/vitals.ts';

/** What a stack consists of, as far as its health depends on it. */
export interface StackParts {
  readonly machineArns: readonly string[];
  readonly guardGroup: string;
  readonly queueUrls: readonly string[];
}

/** Asks AWS about the parts of the stack; all of these calls only read, and none costs more than a fraction of a cent. */
export function stackVitals(
  { sfn, scheduler, sqs }: { readonly sfn: SFNClient; readonly scheduler: SchedulerClient; readonly sqs: SQSClient },
  { machineArns, guardGroup, queueUrls }: StackParts,
): Vitals {
  return {
    async machines() {
      const found = await Promise.all(
        machineArns.map(async (stateMachineArn) => {
          const { name = stateMachineArn, status = 'UNKNOWN' } = await sfn.send(
            new DescribeStateMachineCommand({ stateMachineArn, includedData: 'METADATA_ONLY' }),
          );
          return [name, status] as const;
        }),
      );
      return Object.fromEntries(found);
    },
    async guard() {
      const { State = 'UNKNOWN' } = await scheduler.send(new GetScheduleGroupCommand({ Name: guardGroup }));
      return State;
    },
    undelivered: () =>
      Promise.all(
        queueUrls.map(async (QueueUrl) => {
          const { Attributes } = await sqs.send(
            new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
          );
          const messages = Number(Attributes?.ApproximateNumberOfMessages ?? Number.NaN);
          if (!Number.isInteger(messages)) throw new Error(`SQS did not say how many messages are in ${QueueUrl}.`);
          return { queue: QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1), messages };
        }),
      ),
  };
}
