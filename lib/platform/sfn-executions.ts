import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  ListExecutionsCommand,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { Executions, KnownExecution } from '../ports/executions.ts';

/** Step Functions executions of one state machine. */
export function sfnExecutions(client: SFNClient, stateMachineArn: string): Executions {
  const describe = async (executionArn: string): Promise<KnownExecution | undefined> => {
    try {
      const found = await client.send(new DescribeExecutionCommand({ executionArn }));
      const { status, name = '', input = '{}', error, cause, stopDate: stoppedAt } = found;
      return status && { executionArn, name, status, input, error, cause, stoppedAt };
    } catch (error) {
      if (error instanceof ExecutionDoesNotExist) return undefined;
      throw error;
    }
  };
  const arnOf = (name: string) => `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  return {
    arnOf,

    async start(name, input) {
      const executionArn = arnOf(name);
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
        return { executionArn, alreadyStarted: false };
      } catch (error) {
        if (error instanceof ExecutionAlreadyExists) return { executionArn, alreadyStarted: true };
        throw error;
      }
    },

    describe,
    isRunning: async (executionArn) => (await describe(executionArn))?.status === 'RUNNING',
    wasStopped: async (executionArn) => (await describe(executionArn))?.status === 'ABORTED',

    newest: async (status) => {
      const asked = { stateMachineArn, statusFilter: status, maxResults: 100 } as const;
      const { executions = [] } = await client.send(new ListExecutionsCommand(asked));
      return executions.flatMap(({ executionArn, stopDate: stoppedAt }) =>
        executionArn === undefined ? [] : [{ executionArn, stoppedAt }],
      );
    },
  };
}
