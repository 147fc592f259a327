import { DisableRuleCommand, EnableRuleCommand, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { setTimeout as sleep } from 'node:timers/promises';
import { versions } from '../../examples/web/versions.ts';
import { signal } from '../process/children.ts';
import type { LocalStack } from '../stack/local-stack.ts';
import { addLogin, lostLogin, removeLogin } from './added-login.ts';
import { deadSeconds, killBlue } from './dead-blue.ts';
import { beginning, stopExecution, untilTaken } from './harm.ts';
import { directWithoutStack, tableLost, tableLostSeconds } from './outages.ts';
import type { Scenario } from './scenario.ts';

const throttledSeconds = 20;
const killingSeconds = 8;
const frozenSeconds = 60;
const refusedSeconds = 300;
/** After the end of that outage: the longest pause between two attempts of a restoration, and two polls of the measurement. */
const restoredSeconds = 20;
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
  tableLost(tableLostSeconds),
  directWithoutStack,
  {
    name: 'freeze',
    what: `the local AWS and its functions stand still for ${frozenSeconds} s in mid-shift (SIGSTOP), guard and all: the time counts from there`,
    step: 0,
    harm: freezeInMidShift,
  },
  {
    name: 'refused-balancer',
    what: `the load balancer's API is unavailable for ${refusedSeconds} s, while a bad version has traffic`,
    version: versions.bad,
    step: 0,
    withinSeconds: refusedSeconds + restoredSeconds,
    harm: ({ truth }) => beginning(() => truth.misbehave({ fault: 'refuse', api: 'elb', seconds: refusedSeconds })),
  },
  {
    name: 'dead-blue',
    what: `blue has no task for ${deadSeconds} s, green is healthy, and the rollout's execution is stopped: users stay where they are served`,
    step: 1,
    harm: killBlue,
  },
  {
    name: 'added-login',
    what: "a team adds a login to the rule in mid-rollout, then the rollout's execution is stopped: the rollback keeps the login",
    step: 1,
    harm: async (stack, running) => {
      await addLogin(stack);
      return stopExecution(stack, running);
    },
    alsoHolds: lostLogin,
  },
];

async function freezeInMidShift(stack: LocalStack): Promise<number> {
  await stack.truth.misbehave({ fault: 'hold', action: 'ModifyRule', holdSeconds: 1, times: 1 });
  await untilTaken(stack, 'hold');
  const goOn = await stack.aws.emulator.freeze();
  try {
    await sleep(frozenSeconds * 1000);
  } finally {
    goOn();
  }
  return Date.now();
}

async function killWorkers({ aws }: LocalStack): Promise<number> {
  const from = Date.now();
  const until = performance.now() + killingSeconds * 1000;
  while (performance.now() < until) {
    for (const pid of await aws.emulator.workers()) signal(pid, 'SIGKILL');
    await sleep(100);
  }
  return from;
}

/** Names of the rules by which EventBridge tells that an execution ended. */
async function rulesOfExecutions({ clients }: LocalStack): Promise<readonly string[]> {
  const { Rules = [] } = await clients.events.send(new ListRulesCommand({}));
  return Rules.flatMap(({ Name, EventPattern = '' }) =>
    Name !== undefined && EventPattern.includes('aws.states') ? [Name] : [],
  );
}

/** The scenarios with a table that refuses for so many seconds. */
export const scenariosWith = (seconds: number): readonly Scenario[] =>
  scenarios.map((scenario) => (scenario.name === 'table-lost' ? tableLost(seconds) : scenario));

/** Undoes what a scenario left switched off, or wrong. */
export async function repair(stack: LocalStack): Promise<void> {
  await stack.truth.behave();
  await removeLogin(stack);
  for (const Name of await rulesOfExecutions(stack)) await stack.clients.events.send(new EnableRuleCommand({ Name }));
}
