import { ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Executions } from '../ports/executions.ts';

/** Step Functions executions of one state machine. */
export function sfnExecutions(client: SFNClient, stateMachineArn: string): Executions {
  return {
    async start(name, input) {
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
        return { alreadyStarted: false };
      } catch (error) {
        if (error instanceof ExecutionAlreadyExists) return { alreadyStarted: true };
        throw error;
      }
    },
  };
}
