import { InvokeCommand, LambdaClient, ResourceNotFoundException } from '@aws-sdk/client-lambda';
import { QueueDoesNotExist, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { redriveQueue } from '../platform/sqs-redrive.ts';
import { CliFailure, type StackNotifications } from './cli-context.ts';
import { clientSettings, type StackSettings } from './client-settings.ts';

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

/** The function that sends tests waits for what it sends to: nothing tries it twice. */
const untilAnswered = { maxAttempts: 1, requestHandler: { ...clientSettings.requestHandler, requestTimeout: 35_000 } };

/** The notifications of a stage: its function sends, with the rights and secrets that real messages are sent with. Calls nothing yet. */
export function connectNotifications(
  settings: StackSettings,
  stage: string,
  missing: (what: string) => Promise<CliFailure>,
): StackNotifications {
  const lambda = new LambdaClient({ ...settings, ...untilAnswered });
  const sqs = new SQSClient(settings);
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
