import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  paginateListStateMachines,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { CliFailure, type ExecutionOutcome, type Stack } from './cli-context.ts';
import { notDeployed } from './not-deployed.ts';
import type { StackSettings } from './client-settings.ts';

/** The machines of a stage. Calls nothing yet. */
export function connectExecutions(
  settings: StackSettings,
  stage: string,
): Pick<Stack, 'executions' | 'startRollback' | 'startClosing'> {
  const client = new SFNClient(settings);
  return {
    executions: {
      async start(name, input) {
        const stateMachineArn = await findMachine(client, stage, 'rollout');
        const started = await client.send(
          new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
        );
        if (started.executionArn === undefined)
          throw new CliFailure(`Step Functions gave no ARN for execution ${name}. Look for it in the AWS console.`);
        return started.executionArn;
      },
      async describe(executionArn) {
        const { status, error = '', cause = '' } = await client.send(new DescribeExecutionCommand({ executionArn }));
        return { status: outcomeOf(status), error, cause };
      },
    },
    startRollback: (rolloutId, input) => startRollback(client, stage, { rolloutId, input, kind: 'rb' }),
    startClosing: (rolloutId, input) => startRollback(client, stage, { rolloutId, input, kind: 'close' }),
  };
}

/** The ARN of one of the stage's machines, found by its name: that needs no account number and no other service. */
async function findMachine(client: SFNClient, stage: string, kind: 'rollout' | 'rollback'): Promise<string> {
  const name = `sluice-${stage}-${kind}`;
  for await (const page of paginateListStateMachines({ client, pageSize: 1000 }, {})) {
    const found = page.stateMachines?.find((machine) => machine.name === name);
    if (found?.stateMachineArn !== undefined) return found.stateMachineArn;
  }
  throw notDeployed(`state machine ${name}`, stage, await client.config.region());
}

function outcomeOf(status: string | undefined): ExecutionOutcome['status'] {
  if (status === 'RUNNING' || status === 'PENDING_REDRIVE') return 'running';
  return status === 'SUCCEEDED' ? 'succeeded' : 'failed';
}

/** Nobody needs more attempts than this. */
const mostAttempts = 50;

interface WantedStart {
  readonly rolloutId: string;
  readonly input: Readonly<Record<string, string>>;
  readonly kind: 'rb' | 'close';
}

/** An attempt has a name of its own; of one that is still running no second one is started. */
async function startRollback(client: SFNClient, stage: string, { rolloutId, input, kind }: WantedStart) {
  const stateMachineArn = await findMachine(client, stage, 'rollback');
  for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
    const name = `${rolloutId}-${kind}-${attempt}`;
    const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
    try {
      await client.send(
        new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify({ ...input, rolloutId }) }),
      );
      return { executionArn, joined: false };
    } catch (error) {
      if (!(error instanceof ExecutionAlreadyExists)) throw error;
      const { status } = await client.send(new DescribeExecutionCommand({ executionArn }));
      if (outcomeOf(status) === 'running') return { executionArn, joined: true };
    }
  }
  throw new CliFailure(
    `${mostAttempts} attempts to roll ${rolloutId} back have ended already. Look at them in the AWS console, or put the rules back with: sluice rollback <service> --direct`,
  );
}
