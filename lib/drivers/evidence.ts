import type { Workload } from './layout/layout.ts';
/** A task of green as it was found. */
export interface TaskEvidence {
  readonly task: string;
  readonly lastStatus: string;
  readonly startedAt?: string | undefined;
  readonly stoppedAt?: string | undefined;
  readonly stopCode?: string | undefined;
  readonly stoppedReason?: string | undefined;
  readonly containers: readonly {
    readonly name: string;
    readonly exitCode?: number | undefined;
    readonly reason?: string | undefined;
    readonly digest?: string | undefined;
  }[];
}

/** The last lines of one container of one task. */
export interface LogEvidence {
  readonly task: string;
  readonly container: string;
  readonly group: string;
  readonly stream: string;
  readonly lines: readonly { readonly at: string; readonly text: string }[];
}

/** What is left of a version that is about to go. */
export interface EvidenceSource {
  /** Running and lately stopped tasks of a service that run a task definition. */
  tasks(workload: Workload, taskDefinition: string): Promise<readonly TaskEvidence[]>;
  /**
   * Last log lines of the tasks, newest tasks first, as far as their task definition sends them to CloudWatch Logs; what could
   * not be read is said in `missing`.
   */
  logs(
    taskDefinition: string,
    tasks: readonly TaskEvidence[],
  ): Promise<{ readonly logs: readonly LogEvidence[]; readonly missing: readonly string[] }>;
}

export interface EvidenceArchive {
  /** Keeps one JSON document under a key, once: what lies there already stays. Returns where it lies. */
  keep(key: string, document: unknown): Promise<string>;
}
