import type { Machine } from '../statemachines/definitions.ts';

/** How an execution ended, as Step Functions would tell. */
export type End =
  { readonly status: 'SUCCEEDED' } | { readonly status: 'FAILED'; readonly error: string; readonly cause: string };

/** What runs a state machine: waits and the pauses between two attempts take no time. */
export interface Interpreter {
  /** Runs one execution to its end. */
  run(execution: {
    readonly definition: Machine;
    readonly input: unknown;
    readonly execution: {
      readonly arn: string;
      readonly name: string;
      readonly startTime: string;
      readonly machine: string;
    };
    /** What a task gives back; the name of what it throws is the error's name. */
    readonly task: (state: string, parameters: unknown) => Promise<unknown>;
  }): Promise<End>;
}
