import type { Workload } from './layout/layout.ts';

/** One task that is run beside a slot's own. */
export interface TaskOrder {
  /** Whose network, capacity and platform it gets. */
  readonly workload: Workload;
  readonly taskDefinition: string;
  /** The container that gets the command in place of its own. */
  readonly container: string;
  readonly command: readonly string[];
  /** The same token starts the same task, not a second one, for as long as `tokenSeconds`. */
  readonly token: string;
  /** Marks all tasks of one rollout. */
  readonly startedBy: string;
}

/** A one-off task as it was found. */
export interface OneOffTask {
  readonly lastStatus: string;
  readonly startedAt?: string | undefined;
  readonly stoppedAt?: string | undefined;
  readonly stopCode?: string | undefined;
  readonly stoppedReason?: string | undefined;
  readonly containers: readonly {
    readonly name: string;
    readonly lastStatus: string;
    readonly exitCode?: number | undefined;
    readonly reason?: string | undefined;
    readonly digest?: string | undefined;
  }[];
}

/** Tasks of a green task definition that are run once, with another command. */
export interface OneOffTasks {
  /** Starts one task, or finds the one that the token started; returns its ARN. */
  run(order: TaskOrder): Promise<string>;
  /** `undefined` where it is not known: not yet, or no longer. */
  look(cluster: string, arn: string): Promise<OneOffTask | undefined>;
  /** Sends SIGTERM, and SIGKILL later; one that has stopped stays so. */
  stop(cluster: string, arn: string, reason: string): Promise<void>;
  /** ARNs of the tasks with this mark that are meant to run. */
  running(cluster: string, startedBy: string): Promise<readonly string[]>;
}

/**
 * For so long after a start was asked for, a token surely stands for it. ECS keeps a token for 24 h or until one hour after the task has
 * stopped, whichever is sooner: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html
 */
export const tokenSeconds = 3000;
