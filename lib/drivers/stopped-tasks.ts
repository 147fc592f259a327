import type { Workload } from './layout/layout.ts';

/** A task of a slot that has stopped, as long as ECS remembers it (about an hour). */
export interface StoppedTask {
  readonly task: string;
  readonly taskDefinition: string;
  /** ISO 8601; `undefined` while it stops. */
  readonly stoppedAt: string | undefined;
  /** Why it stopped, in the words of ECS, with the exit codes of its containers. */
  readonly reason: string;
  /** It exited, ran out of memory or failed its health check; not stopped by a person, a scaling, a deployment, or with its host. */
  readonly endedByItself: boolean;
}

export interface StoppedTasks {
  /** Returns the tasks of a service that have stopped lately, newest first; at most 1,000. */
  stoppedTasks(workload: Workload): Promise<readonly StoppedTask[]>;
}
