import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { Executions } from '../ports/executions.ts';

/** Step Functions executions of one state machine. */
export function sfnExecutions(client: SFNClient, stateMachineArn: string): Executions {
  const statusOf = async (executionArn: string): Promise<string | undefined> => {
    try {
      return (await client.send(new DescribeExecutionCommand({ executionArn }))).status;
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return undefined;
      throw error;
    }
  };
  return {
    async start(name, input) {
      const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
        return { executionArn, alreadyStarted: false };
      } catch (error) {
        if (error instanceof ExecutionAlreadyExists) return { executionArn, alreadyStarted: true };
        throw error;
      }
    },

    isRunning: async (executionArn) => (await statusOf(executionArn)) === 'RUNNING',
    wasStopped: async (executionArn) => (await statusOf(executionArn)) === 'ABORTED',
  };
}
