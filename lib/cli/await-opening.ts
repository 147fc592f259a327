import type { StoredRollout } from '../ports/rollout-store.ts';
import { CliFailure, type CliContext, type Stack } from './cli-context.ts';

/** How long a rollout may take until it is in the record: a cold start, a few describing calls. */
const openingMilliseconds = 30_000;
const pollMilliseconds = 500;

async function rolloutOf(executionArn: string, service: string, { store }: Stack): Promise<StoredRollout | undefined> {
  for (const { rolloutId } of await store.list(service, 3)) {
    const stored = await store.load(rolloutId);
    if (stored?.state.executionArn === executionArn) return stored;
  }
  return undefined;
}

/**
 * The rollout that an execution opened; `undefined` where it takes its time.
 * @throws CliFailure where the execution ended without opening one
 */
export async function awaitOpening(
  executionArn: string,
  service: string,
  stack: Stack,
  { now, sleep }: CliContext,
): Promise<StoredRollout | undefined> {
  const until = now().getTime() + openingMilliseconds;
  for (;;) {
    const { status, error, cause } = await stack.executions.describe(executionArn);
    const stored = await rolloutOf(executionArn, service, stack);
    if (stored !== undefined) return stored;
    if (status === 'succeeded') {
      throw new CliFailure(
        `This one waits: another rollout of ${service} runs, or rollouts may not start now. See why with: sluice waiting`,
      );
    }
    if (status !== 'running') {
      const why = cause === '' ? error : cause;
      throw new CliFailure(`The rollout was not opened: ${why === '' ? `its execution ${executionArn} ended` : why}`);
    }
    if (now().getTime() >= until) return undefined;
    await sleep(pollMilliseconds);
  }
}
