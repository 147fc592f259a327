import { InvokeCommand, type LambdaClient, ResourceNotFoundException } from '@aws-sdk/client-lambda';
import { QueueDoesNotExist, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { redriveQueue } from '../platform/sqs-redrive.ts';
import { CliFailure, type StackNotifications } from './cli-context.ts';

const answer = z.object({
  known: z.boolean(),
  answers: z.array(
    z.object({
      channel: z.string(),
      type: z.string(),
      answered: z.boolean(),
      said: z.string(),
      milliseconds: z.number(),
    }),
  ),
});

/** The notifications of a stage: its function sends, with the rights and secrets that real messages are sent with. */
export function stackNotifications(
  lambda: LambdaClient,
  sqs: SQSClient,
  stage: string,
  missing: (what: string) => Promise<CliFailure>,
): StackNotifications {
  return {
    async test(service, requestedBy) {
      const FunctionName = `sluice-${stage}-TestNotifications`;
      try {
        const { FunctionError, Payload } = await lambda.send(
          new InvokeCommand({ FunctionName, Payload: JSON.stringify({ service, requestedBy }) }),
        );
        const said = Buffer.from(Payload ?? []).toString('utf8');
        if (FunctionError !== undefined) throw new CliFailure(`${FunctionName} failed: ${said.slice(0, 500)}`);
        return answer.parse(JSON.parse(said));
      } catch (error) {
        if (error instanceof ResourceNotFoundException) throw await missing(`function ${FunctionName}`);
        throw error;
      }
    },
    async redrive() {
      const move = async (name: string, end: string) => {
        try {
          return await redriveQueue(sqs, `sluice-${stage}-dead-${name}${end}`, `sluice-${stage}-${name}${end}`);
        } catch (error) {
          if (error instanceof QueueDoesNotExist) throw await missing(`queue of ${name}`);
          throw error;
        }
      };
      return { deliveries: await move('deliveries', '.fifo'), reminders: await move('reminders', '') };
    },
  };
}
