import type { Load } from '../load/load.ts';
import type { LocalStack } from '../stack/local-stack.ts';
import type { Answer } from './answers.ts';

/** The deployed stack under load, and who uses it. */
export interface Drill {
  readonly stack: LocalStack;
  /** Of the service's users so far, in the order in which they came. */
  readonly answers: readonly Answer[];
  /** Load on another service behind the same listener. */
  readonly neighbour: Load;
  /** Runs the command line as a person does; returns what it printed. @throws Error with what it said, where it failed */
  readonly sluice: (...args: readonly string[]) => Promise<string>;
  /** Whether somebody has asked to stop. */
  readonly isOver: () => boolean;
}

/** What a chapter has done to the service, once its emergency may begin. */
export interface Harmed {
  /** When the harm began, epoch milliseconds. */
  readonly at: number;
  /** The version that has to serve afterwards. */
  readonly lastKnownGood: string;
}

/** One way in which no side of a service can serve any more. */
export interface Chapter {
  readonly name: string;
  readonly what: string;
  readonly begin: (drill: Drill) => Promise<Harmed>;
}
