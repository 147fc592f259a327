import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RolloutState } from '../../lib/rollout/state.ts';
import type { LocalStack } from '../stack/local-stack.ts';

/** Does something and says when that began. */
export async function beginning(act: () => Promise<unknown>): Promise<number> {
  const at = Date.now();
  await act();
  return at;
}

/** An operator stops the rollout's execution; says when. */
export function stopExecution({ clients }: LocalStack, { executionArn }: RolloutState): Promise<number> {
  return beginning(() =>
    clients.sfn.send(new StopExecutionCommand({ executionArn, cause: 'stopped to see what happens' })),
  );
}

const takenWithinMs = 120_000;

/** Until the last occasion of a fault is used up; says when its first one was. */
export async function untilTaken({ truth }: LocalStack, fault: 'lose-response' | 'hold'): Promise<number> {
  const deadline = performance.now() + takenWithinMs;
  const known = (await truth.changes()).length;
  for (;;) {
    const isOn = (await truth.faults()).some((order) => order.fault === fault);
    if (!isOn) return (await truth.changes())[known]?.at ?? Date.now();
    if (performance.now() > deadline) throw new Error(`${fault} did not come to its end: nothing called ModifyRule`);
    await sleep(50);
  }
}
