import type { Workload } from './layout/layout.ts';

/** Where the tasks of a version write the lines of one container, in CloudWatch Logs. */
export interface LogPlace {
  readonly container: string;
  readonly group: string;
  /** What the names of its streams begin with; a stream is `<prefix>/<container>/<task>`. */
  readonly prefix: string;
  /** Of the group, where it is another one than that of the service. */
  readonly region?: string | undefined;
}

/** The places of one version, and in words where else its containers log. */
export interface LogPlaces {
  readonly places: readonly LogPlace[];
  readonly elsewhere: readonly string[];
}

/** One line that a container wrote. */
export interface LogLine {
  /** Unique within its group. */
  readonly id: string;
  /** When the container wrote it, milliseconds since the epoch. */
  readonly at: number;
  /** The task's id, without the rest of its ARN. */
  readonly task: string;
  /** As it was written: it may hold anything. */
  readonly text: string;
}

/** Which lines of a place are read. */
export interface WantedLines {
  /** Lines are read while these are still being found out. */
  readonly tasks: ReadonlySet<string> | Promise<ReadonlySet<string>>;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** The newest so many. */
  readonly most: number;
  /** Ids of lines that are known already: they are neither returned nor counted. */
  readonly known?: Pick<ReadonlySet<string>, 'has'>;
}

/** What was read of a place. */
export interface ReadLines {
  /** In the order of CloudWatch Logs; the newest ones of the span where there were too many. */
  readonly lines: readonly LogLine[];
  /** Lines that were read and left out, as there were too many. */
  readonly leftOut: readonly Pick<LogLine, 'id' | 'at'>[];
  /** Whether the whole span was read: a group with very many lines is not read to its end. */
  readonly isWhole: boolean;
}

/** The tasks of one version. */
export interface ListedTasks {
  /** Their ids, newest first. */
  readonly tasks: readonly string[];
  /** Tasks of the service that were looked at, of every version; `undefined` where that was all of them. */
  readonly cutAt: number | undefined;
}

/** The logs of tasks, only ever read. */
export interface TaskLogs {
  /** Where the containers of a task definition log. */
  placesOf(taskDefinition: string): Promise<LogPlaces>;
  /** Returns the running and lately stopped tasks of a service that run a task definition. */
  tasksOf(workload: Workload, taskDefinition: string): Promise<ListedTasks>;
  /**
   * Returns lines since a time of the tasks that are asked for. A task that has written nothing yet has none.
   * @throws Error where the group is not there, or may not be read
   */
  linesOf(place: LogPlace, wanted: WantedLines): Promise<ReadLines>;
}
