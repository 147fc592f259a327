import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { DeployedStack } from './deployed-stack.ts';

const attribute = z.object({ Value: z.string() });
const envelope = z.object({
  Message: z.string(),
  MessageAttributes: z.object({ severity: attribute, service: attribute, rolloutId: attribute, traceId: attribute }),
});
const message = z.object({ rolloutId: z.string(), sequence: z.number(), type: z.string(), summary: z.string() });

/** What the topic delivered of one transition. */
export type Announcement = z.output<typeof message> & {
  readonly attributes: z.output<typeof envelope>['MessageAttributes'];
};

/** Subscribes a queue to the topic of transitions; returns what reads every announcement that it got so far. */
export async function listenToTransitions(deployed: DeployedStack): Promise<() => Promise<readonly Announcement[]>> {
  const { aws } = deployed.stack;
  const sqs = new SQSClient(deployed.emulatorClient);
  const queueArn = `arn:aws:sqs:${aws.region}:${aws.accountId}:listener`;
  const topicArn = `arn:aws:sns:${aws.region}:${aws.accountId}:sluice-local-transitions`;
  // SNS delivers to a queue that lets it, and to no other.
  const letIn = {
    ...{ Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: queueArn },
    Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
  };
  const { QueueUrl = '' } = await sqs.send(
    new CreateQueueCommand({
      QueueName: 'listener',
      Attributes: { Policy: JSON.stringify({ Version: '2012-10-17', Statement: [letIn] }) },
    }),
  );
  await new SNSClient(deployed.emulatorClient).send(
    new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: queueArn }),
  );
  return async () => {
    const all: Announcement[] = [];
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1, VisibilityTimeout: 600 }),
      );
      if (Messages.length === 0) return all;
      for (const { Body = '' } of Messages) {
        const { Message, MessageAttributes } = envelope.parse(JSON.parse(Body));
        all.push({ ...message.parse(JSON.parse(Message)), attributes: MessageAttributes });
      }
    }
  };
}
