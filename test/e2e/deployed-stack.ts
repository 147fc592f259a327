import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { DescribeExecutionCommand, ListExecutionsCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { followRollout } from '../../local/demo/follow.ts';
import { type Load, startLoad } from '../../local/load/load.ts';
import type { LoadOptions } from '../../local/load/load-options.ts';
import { createSupervisor, type Supervisor } from '../../local/process/supervisor.ts';
import { sample } from '../../local/sample/sample-names.ts';
import { type Deploy, deployStack } from '../../local/stack/deploy.ts';
import { type LocalStack, startLocalStack } from '../../local/stack/local-stack.ts';
import { logFolder } from '../../local/stack/log-folder.ts';
import type { RolloutState } from '../../lib/rollout/state.ts';
import { recordedFolder } from '../second-opinions/recorded-folder.ts';

const rolloutMachine = 'stateMachine:sluice-local-rollout';

/**
 * The stack as `serverless deploy` leaves it on the local AWS, with the sample service under traffic; one for a whole test file.
 */
export class DeployedStack {
  readonly #supervisor: Supervisor;
  readonly #load: Load;
  readonly stack: LocalStack;

  private constructor(supervisor: Supervisor, stack: LocalStack, load: Load) {
    this.#supervisor = supervisor;
    this.#load = load;
    this.stack = stack;
  }

  /** @param deploy puts the stack there; by default this one */
  static async start(
    load: Pick<LoadOptions, 'requestsPerSecond' | 'maxSeconds'>,
    deploy: Deploy = deployStack,
  ): Promise<DeployedStack> {
    const supervisor = createSupervisor();
    // Emulator and fleet take it from here; what they keep is looked at after all tests.
    const { testPath } = expect.getState();
    const folder = recordedFolder();
    if (testPath !== undefined && folder !== undefined)
      process.env['SLUICE_RECORDED_REQUESTS'] = path.join(folder, path.basename(testPath));
    try {
      const stack = await startLocalStack(supervisor, () => undefined, false, deploy);
      return new DeployedStack(supervisor, stack, startLoad({ url: stack.service.url, ...load }));
    } catch (error) {
      await supervisor.stopAll();
      throw error;
    }
  }

  /** Deploys this stack over the one that is there. */
  async upgrade(): Promise<void> {
    await deployStack(this.#supervisor, this.stack.aws, await logFolder());
  }

  async stop(): Promise<void> {
    await this.#load.stop();
    await this.#supervisor.stopAll();
  }

  /** The weights of the sample's rule, as the load balancer accepted them last; its nodes may not obey them yet. */
  async liveWeights(): Promise<Readonly<Record<string, number>> | undefined> {
    const { truth, service } = this.stack;
    return (await truth.changes()).findLast(({ arn }) => arn === service.ruleArn)?.weights;
  }

  /** What an SDK client needs to ask the emulator. */
  get emulatorClient() {
    const { emulator, region } = this.stack.aws;
    return { endpoint: emulator.endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
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
      return (await followRollout(this.stack.clients.store, sample.service, after, look, 900)).state;
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
