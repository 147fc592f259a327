import type { World } from '../../../lib/ports/world.ts';
import type { StepFunctions } from './step-functions.ts';

/** Reads the world through a port. `age`: how many milliseconds old the answer is. */
export type Look = <T>(call: string, answer: (age: number) => T) => Promise<T>;
/** A change of the world through a port. */
export type Change = <T>(call: string, apply: () => T) => Promise<T>;

/** Returns the port to one machine's executions. */
export function executionsOf(
  machine: string,
  executions: StepFunctions,
  look: Look,
  change: Change,
): World['executions'] {
  return {
    arnOf: (name) => executions.arnOf(machine, name),
    start: (name, input) =>
      change('executions.start', () => {
        const alreadyStarted = !executions.start(machine, name, input);
        return { executionArn: executions.arnOf(machine, name), alreadyStarted };
      }),
    wasStopped: (arn) => look('executions.describe', (age) => executions.statusOf(arn, age) === 'ABORTED'),
    isRunning: (arn) => look('executions.describe', (age) => executions.statusOf(arn, age) === 'RUNNING'),
    describe: (arn) => look('executions.describe', (age) => executions.described(arn, age)),
    newest: (status) =>
      look('executions.list', (age) =>
        [...executions.all.values()]
          .filter((one) => one.machine === machine && executions.statusOf(one.arn, age) === status)
          .map(({ arn, endedAt }) => ({
            executionArn: arn,
            ...(status !== 'RUNNING' && { stoppedAt: new Date(endedAt ?? 0) }),
          }))
          .reverse(),
      ),
  };
}
