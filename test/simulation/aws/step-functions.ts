import { ExecutionAbortedError, ExecutionError, StateMachine } from 'aws-local-stepfunctions';
import * as z from 'zod';
import { definitionOf, type Machine, machineNames, type State, withInner } from '../../statemachines/definitions.ts';
import type { VirtualClock } from '../kernel/clock.ts';
import { follow, type History, mostEvents } from './history.ts';
import { integrationFor, type Services } from './integrations.ts';
import { never, type Process } from './process.ts';

export type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';

/** One execution of a machine. */
export interface Execution {
  readonly arn: string;
  readonly machine: string;
  readonly name: string;
  readonly input: unknown;
  readonly startedAt: number;
  status: Status;
  endedAt?: number;
  /** Error and cause, where it failed. */
  error?: string;
  /** The state under way. */
  state: string;
  readonly history: History;
  /** How often it was started: more than once where a person redrives it. */
  runs: number;
  abort: () => void;
}

/** The definitions of a build: the product's own, or with one of their mechanisms taken out. */
export class Definitions {
  readonly #machines = new Map<
    string,
    { readonly definition: Machine; readonly run: StateMachine; readonly states: readonly (readonly [string, State])[] }
  >();

  constructor(alter: (name: string, definition: Machine) => Machine = (_, definition) => definition) {
    for (const name of machineNames) {
      const definition = alter(name, definitionOf(name));
      const run = new StateMachine(definition as never, { validationOptions: { noValidate: true } });
      this.#machines.set(name, {
        definition,
        run,
        states: withInner(name, definition).flatMap(([, { States }]) => Object.entries(States)),
      });
    }
  }

  /** The same machine, begun at one of its states. */
  startingAt(name: string, state: string): StateMachine {
    const { definition } = this.named(name);
    return new StateMachine({ ...definition, StartAt: state } as never, { validationOptions: { noValidate: true } });
  }

  named(name: string) {
    const found = this.#machines.get(name);
    if (found === undefined) throw new Error(`there is no machine ${name}`);
    return found;
  }
}

interface Parts {
  readonly clock: VirtualClock;
  readonly definitions: Definitions;
  readonly services: () => Services;
  readonly onState: (execution: Execution, nth: number) => void;
  readonly onEnd: (execution: Execution) => void;
  /** True where the history of an execution is full, before it is as long as the longest. */
  readonly isFull: (execution: Execution) => boolean;
  /** Milliseconds until Step Functions goes on; 0 while it works. Meanwhile no execution enters or leaves a state. */
  readonly standsStill: () => number;
}

const ofRollout = z.object({ rolloutId: z.string() });

function rolloutOf({ input }: Execution): string | undefined {
  return ofRollout.safeParse(input).data?.rolloutId;
}

/** As AWS has it: one that failed, was stopped, or ran out of time, within 14 days. */
export function isRedrivable({ status }: Execution): boolean {
  return status === 'FAILED' || status === 'ABORTED';
}

/** What EventBridge delivers at the end of an execution. */
export function statusEvent({ arn, machine, name, input, status, error = '' }: Execution): unknown {
  const stateMachineArn = `arn:aws:states:eu-west-1:111122223333:stateMachine:sluice-test-${machine}`;
  return { detail: { executionArn: arn, stateMachineArn, name, status, input: JSON.stringify(input), error } };
}

/** Standard executions, any number at the same time; what is stopped enters no further state, what it called runs on. */
export class StepFunctions {
  readonly #parts: Parts;
  readonly all = new Map<string, Execution>();
  readonly #waiting = new Map<string, (output: unknown) => void>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  arnOf(machine: string, name: string): string {
    return `arn:aws:states:eu-west-1:111122223333:execution:sluice-test-${machine}:${name}`;
  }

  /** What DescribeExecution tells, which may be some milliseconds old; `undefined` of one that nobody started. */
  statusOf(arn: string, millisecondsAgo = 0): Status | undefined {
    const execution = this.all.get(arn);
    if (execution === undefined) return undefined;
    const then = this.#parts.clock.now() - millisecondsAgo;
    return (execution.endedAt ?? 0) > then && execution.startedAt <= then ? 'RUNNING' : execution.status;
  }

  /** The same with all that DescribeExecution tells. */
  described(arn: string, millisecondsAgo = 0) {
    const status = this.statusOf(arn, millisecondsAgo);
    const execution = this.all.get(arn);
    if (status === undefined || execution === undefined) return undefined;
    const { name, input, endedAt } = execution;
    const ended = status !== 'RUNNING' && { error: this.errorOf(arn), stoppedAt: new Date(endedAt ?? 0) };
    return { executionArn: arn, name, status, input: JSON.stringify(input), ...ended };
  }

  /** False where the name was used before; for an execution that still runs with the same input this is no error. */
  start(machine: string, name: string, input: unknown): boolean {
    const arn = this.arnOf(machine, name);
    const known = this.all.get(arn);
    if (known !== undefined) {
      return known.status === 'RUNNING' && JSON.stringify(known.input) === JSON.stringify(input);
    }
    const startedAt = this.#parts.clock.now();
    const execution: Execution = {
      ...{ arn, machine, name, input, startedAt, status: 'RUNNING', state: '', history: { events: 0 }, runs: 0 },
      abort: () => undefined,
    };
    this.all.set(arn, execution);
    this.#parts.clock.after(50, () => {
      if (execution.status === 'RUNNING') this.#run(execution);
    });
    return true;
  }

  /** Name of the error that an execution has ended with. */
  errorOf(arn: string): string | undefined {
    return this.all.get(arn)?.error?.split(':')[0];
  }

  /** One that has ended stays as it ended. */
  stop(arn: string, error?: string): void {
    const execution = this.all.get(arn);
    if (execution?.status !== 'RUNNING') return;
    if (error !== undefined) execution.error = error;
    this.#end(execution, 'ABORTED');
    execution.abort();
  }

  /** A person has one that ended without success go on at the state that did not end well; false where there is none. */
  redrive(arn: string): boolean {
    const execution = this.all.get(arn);
    const from = execution?.history.entered;
    if (execution === undefined || from === undefined || !isRedrivable(execution)) return false;
    execution.status = 'RUNNING';
    delete execution.endedAt;
    delete execution.error;
    this.#run(execution, from);
    return true;
  }

  /** What the task that waits with this token answers. */
  answered(token: string): Promise<unknown> {
    return new Promise((resolve) => this.#waiting.set(token, resolve));
  }

  /** Lets a task that waits go on; a token that nobody waits with any more is fine. */
  answer(token: string, output: unknown): void {
    this.#waiting.get(token)?.(output);
    this.#waiting.delete(token);
  }

  #run(execution: Execution, from?: History['entered']): void {
    const { definitions, isFull } = this.#parts;
    const { arn: Id, name: Name, input, machine, history } = execution;
    const run = from === undefined ? definitions.named(machine).run : definitions.startingAt(machine, from.name);
    const StartTime = new Date(execution.startedAt).toISOString();
    execution.runs += 1;
    const started = run.run((from === undefined ? input : from.input) as never, {
      overrides: { taskResourceLocalHandlers: this.#handlers(execution, execution.runs) as never },
      context: { Execution: { Id, Name, Input: input, StartTime }, Task: { Token: `token of ${Id}` } } as never,
    });
    execution.abort = started.abort;
    void follow(started.eventLogs, history, () => {
      if (execution.status !== 'RUNNING' || (history.events < mostEvents && !isFull(execution))) return;
      execution.error = 'States.Runtime: The execution reached the maximum number of history events';
      this.#end(execution, 'FAILED');
      execution.abort();
    });
    started.result.then(
      () => {
        this.#end(execution, 'SUCCEEDED');
      },
      (error: unknown) => {
        if (error instanceof ExecutionAbortedError) return;
        const cause = error instanceof ExecutionError && error.cause instanceof Error ? error.cause : error;
        execution.error = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
        this.#end(execution, 'FAILED');
      },
    );
  }

  #end(execution: Execution, status: Status): void {
    if (execution.status !== 'RUNNING') return;
    execution.status = status;
    execution.endedAt = this.#parts.clock.now();
    this.#parts.onEnd(execution);
  }

  #handlers(execution: Execution, run: number): Record<string, (given: unknown) => Promise<unknown>> {
    const { definitions, services, onState, clock, standsStill } = this.#parts;
    const tasks = definitions.named(execution.machine).states.filter(([, { Type }]) => Type === 'Task');
    return Object.fromEntries(
      tasks.map(([state, { Resource = '' }]) => [
        state,
        async (given: unknown): Promise<unknown> => {
          const stillFor = standsStill();
          if (stillFor > 0) await clock.sleep(stillFor);
          if (execution.status !== 'RUNNING' || execution.runs !== run) return never;
          execution.state = state;
          const nth = services().calls.count(`state ${state}`);
          onState(execution, nth);
          const process: Process = {
            ...{ name: state, nth, caller: execution.arn, startedAt: clock.now(), isDead: false, effects: 0 },
            rolloutId: rolloutOf(execution),
          };
          return integrationFor(Resource)(given, process, services());
        },
      ]),
    );
  }
}
