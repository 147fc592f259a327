import type { World } from '../../lib/ports/world.ts';

/** An execution that was started, and with what. */
export interface Started {
  readonly name: string;
  readonly input: unknown;
}

/** The ARN that an execution of a model's machine has. */
export function modelExecutionArn(machine: string, name: string): string {
  return `arn:aws:states:eu-west-1:111122223333:execution:sluice-test-${machine}:${name}`;
}

/** Executions of one machine, which are started and never run by themselves. */
export function modelExecutions(
  machine: string,
  started: Started[],
  running: Set<string>,
  stopped: ReadonlySet<string> = new Set(),
): World['executions'] {
  const known = () =>
    started.map(({ name, input }) => {
      const executionArn = modelExecutionArn(machine, name);
      const ended = stopped.has(executionArn) ? 'ABORTED' : 'FAILED';
      const status = running.has(executionArn) ? 'RUNNING' : ended;
      return { executionArn, name, status, input: JSON.stringify(input) } as const;
    });
  return {
    arnOf: (name) => modelExecutionArn(machine, name),
    start: (name, input) => {
      const alreadyStarted = started.some((one) => one.name === name);
      const executionArn = modelExecutionArn(machine, name);
      if (!alreadyStarted) {
        started.push({ name, input });
        running.add(executionArn);
      }
      return Promise.resolve({ executionArn, alreadyStarted });
    },
    isRunning: (executionArn) => Promise.resolve(running.has(executionArn)),
    wasStopped: (executionArn) => Promise.resolve(stopped.has(executionArn)),
    describe: (executionArn) => Promise.resolve(known().find((one) => one.executionArn === executionArn)),
    newest: (status) =>
      Promise.resolve(
        known()
          .filter((one) => one.status === status)
          .reverse(),
      ),
  };
}
