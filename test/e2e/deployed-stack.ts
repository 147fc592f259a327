import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DescribeExecutionCommand, ListExecutionsCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { setTimeout as sleep } from 'node:timers/promises';
import { followRollout } from '../../local/demo/follow.ts';
import { createSupervisor, type Supervisor } from '../../local/process/supervisor.ts';
import { sample } from '../../local/sample/sample-names.ts';
import { type LocalStack, startLocalStack } from '../../local/stack/local-stack.ts';
import type { RolloutState } from '../../lib/rollout/state.ts';

const rolloutMachine = 'stateMachine:sluice-local-rollout';

/** The stack as `serverless deploy` leaves it on the local AWS, with the sample service; one for a whole test file. */
export class DeployedStack {
  readonly #supervisor: Supervisor;
  readonly stack: LocalStack;

  private constructor(supervisor: Supervisor, stack: LocalStack) {
    this.#supervisor = supervisor;
    this.stack = stack;
  }

  static async start(): Promise<DeployedStack> {
    const supervisor = createSupervisor();
    try {
      return new DeployedStack(supervisor, await startLocalStack(supervisor, () => undefined));
    } catch (error) {
      await supervisor.stopAll();
      throw error;
    }
  }

  stop(): Promise<void> {
    return this.#supervisor.stopAll();
  }

  get machineArn(): string {
    const { region, accountId } = this.stack.aws;
    return `arn:aws:states:${region}:${accountId}:${rolloutMachine}`;
  }

  /** Starts the rollout machine as an operator does in the console. */
  async startByHand(input: unknown): Promise<string> {
    const { executionArn } = await this.stack.clients.sfn.send(
      new StartExecutionCommand({ stateMachineArn: this.machineArn, input: JSON.stringify(input) }),
    );
    if (executionArn === undefined) throw new Error('the execution was not started');
    return executionArn;
  }

  /** Waits until an execution has ended. */
  async endOf(executionArn: string): Promise<{ status: string; error: string; cause: string }> {
    for (;;) {
      const {
        status = '',
        error = '',
        cause = '',
      } = await this.stack.clients.sfn.send(new DescribeExecutionCommand({ executionArn }));
      if (status !== 'RUNNING') return { status, error, cause };
      await sleep(100);
    }
  }

  /** Every execution of the rollout machine so far. */
  async executions(): Promise<readonly string[]> {
    const { executions = [] } = await this.stack.clients.sfn.send(
      new ListExecutionsCommand({ stateMachineArn: this.machineArn }),
    );
    return executions.map(({ executionArn = '' }) => executionArn);
  }

  async newestRolloutId(): Promise<string | undefined> {
    return (await this.stack.clients.store.list(sample.service, 1))[0]?.rolloutId;
  }

  /** Follows the rollout that is opened after the given one, to its end or until `until` holds. */
  async follow(after: string | undefined, until?: (state: RolloutState) => boolean): Promise<RolloutState> {
    let wanted: RolloutState | undefined;
    const stopped = new Error('seen');
    try {
      const look = (state: RolloutState) => {
        if (until?.(state) !== true) return;
        wanted = state;
        throw stopped;
      };
      return (await followRollout(this.stack.clients.store, sample.service, after, look, 110)).state;
    } catch (error) {
      if (error === stopped && wanted !== undefined) return wanted;
      throw error;
    }
  }

  /** Puts any event on the default bus. */
  async putEvent(source: string, detailType: string, detail: unknown): Promise<void> {
    await this.stack.clients.events.send(
      new PutEventsCommand({ Entries: [{ Source: source, DetailType: detailType, Detail: JSON.stringify(detail) }] }),
    );
  }
}
