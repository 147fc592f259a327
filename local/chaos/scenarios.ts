import { DisableRuleCommand, EnableRuleCommand, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { StopExecutionCommand } from '@aws-sdk/client-sfn';
import { setTimeout as sleep } from 'node:timers/promises';
import { versions } from '../../examples/web/versions.ts';
import type { RolloutState } from '../../lib/rollout/state.ts';
import type { LocalStack } from '../stack/local-stack.ts';
import { directWithoutStack, tableLost } from './outages.ts';
import type { Scenario } from './scenario.ts';

const throttledSeconds = 20;
const killingSeconds = 8;
/** Past the client's own time-out of 4 s, and less than the 16 s that the rollback waits for writers. */
const lateSeconds = 9;

/** Everything that `npm run chaos` does to the deployed stack, in its order. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'stop-execution',
    what: "an operator stops the rollout's execution in mid-shift",
    step: 1,
    harm: stopExecution,
  },
  {
    name: 'stop-execution-unheard',
    what: 'the same, and no event tells of it: the dead-man schedule alone is left',
    step: 1,
    harm: async (stack, running) => {
      const deaf = await rulesOfExecutions(stack);
      for (const Name of deaf) await stack.clients.events.send(new DisableRuleCommand({ Name }));
      return stopExecution(stack, running);
    },
  },
  {
    name: 'kill-workers',
    what: `every process of a Lambda function is killed (SIGKILL), again and again for ${killingSeconds} s`,
    step: 0,
    harm: killWorkers,
  },
  {
    name: 'throttled-balancer',
    what: `the load balancer throttles every ModifyRule for ${throttledSeconds} s, while a bad version has traffic`,
    version: versions.bad,
    step: 0,
    harm: ({ truth }) =>
      beginning(() => truth.misbehave({ fault: 'throttle', action: 'ModifyRule', seconds: throttledSeconds })),
  },
  {
    name: 'lost-response',
    what: 'five ModifyRules in a row take effect, and their answers are lost',
    step: 0,
    harm: async (stack) => {
      await stack.truth.misbehave({ fault: 'lose-response', action: 'ModifyRule', times: 5 });
      return untilTaken(stack, 'lose-response');
    },
  },
  {
    name: 'late-writer',
    what: `a shift that is under way when its rollout is stopped takes effect ${lateSeconds} s later, after the rollback`,
    step: 0,
    harm: async (stack, running) => {
      await stack.truth.misbehave({ fault: 'hold', action: 'ModifyRule', holdSeconds: lateSeconds, times: 1 });
      await untilTaken(stack, 'hold');
      return stopExecution(stack, running);
    },
    struck: (changes, green) => {
      const weights = changes.map((change) => change.weights[green] ?? 0);
      const restored = weights.indexOf(0);
      return restored !== -1 && weights.slice(restored).some((weight) => weight > 0);
    },
  },
  {
    name: 'kill-emulator',
    what: 'the local AWS (state machines, functions, table, schedules) is killed and started again with its state',
    step: 1,
    harm: ({ aws }) => beginning(() => aws.emulator.restart('crash with state')),
  },
  tableLost,
  directWithoutStack,
];

/** Does something and says when that began. */
async function beginning(act: () => Promise<unknown>): Promise<number> {
  const at = Date.now();
  await act();
  return at;
}

function stopExecution({ clients }: LocalStack, { executionArn }: RolloutState): Promise<number> {
  return beginning(() =>
    clients.sfn.send(new StopExecutionCommand({ executionArn, cause: 'stopped to see what happens' })),
  );
}

async function killWorkers({ aws }: LocalStack): Promise<number> {
  const from = Date.now();
  const until = performance.now() + killingSeconds * 1000;
  while (performance.now() < until) {
    for (const pid of await aws.emulator.workers()) kill(pid);
    await sleep(100);
  }
  return from;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It has ended by itself meanwhile.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

const takenWithinMs = 120_000;

/** Until the last occasion of a fault is used up; says when its first one was. */
async function untilTaken({ truth }: LocalStack, fault: 'lose-response' | 'hold'): Promise<number> {
  const deadline = performance.now() + takenWithinMs;
  const known = (await truth.changes()).length;
  for (;;) {
    const isOn = (await truth.faults()).some((order) => order.fault === fault);
    if (!isOn) return (await truth.changes())[known]?.at ?? Date.now();
    if (performance.now() > deadline) throw new Error(`${fault} did not come to its end: nothing called ModifyRule`);
    await sleep(50);
  }
}

/** Names of the rules by which EventBridge tells that an execution ended. */
async function rulesOfExecutions({ clients }: LocalStack): Promise<readonly string[]> {
  const { Rules = [] } = await clients.events.send(new ListRulesCommand({}));
  return Rules.flatMap(({ Name, EventPattern = '' }) =>
    Name !== undefined && EventPattern.includes('aws.states') ? [Name] : [],
  );
}

/** Undoes what a scenario left switched off, or wrong. */
export async function repair(stack: LocalStack): Promise<void> {
  await stack.truth.behave();
  for (const Name of await rulesOfExecutions(stack)) await stack.clients.events.send(new EnableRuleCommand({ Name }));
}
