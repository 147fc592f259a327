export interface StartedExecution {
  readonly executionArn: string;
  /** One of that name was started before; it may have ended. */
  readonly alreadyStarted: boolean;
}

/** As Step Functions names them. */
export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED' | 'PENDING_REDRIVE';

/** What Step Functions knows of an execution. */
export interface KnownExecution {
  readonly executionArn: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  /** JSON that it was started with. */
  readonly input: string;
  /** Name of the error that it ended with. */
  readonly error?: string | undefined;
  /** Why it ended, as the machine wrote it. */
  readonly cause?: string | undefined;
  readonly stoppedAt?: Date | undefined;
}

/** Executions of one state machine. */
export interface Executions {
  /** The ARN that an execution of a name has, whether there is one or not. */
  arnOf(name: string): string;
  /** Starts an execution under a name that is used once; one of that name already started is reported, not an error. */
  start(name: string, input: unknown): Promise<StartedExecution>;
  /** Whether an execution of any machine still runs; one that is not known does not. */
  isRunning(executionArn: string): Promise<boolean>;
  /** Whether an execution was stopped by a call, rather than by its own end; one that is not known was not. */
  wasStopped(executionArn: string): Promise<boolean>;
  /** What is known of an execution of any machine; `undefined` of one that is not known. */
  describe(executionArn: string): Promise<KnownExecution | undefined>;
  /** The executions in a status that were started last, 100 at most, the newest first. May be some seconds behind. */
  newest(status: ExecutionStatus): Promise<readonly Pick<KnownExecution, 'executionArn' | 'stoppedAt'>[]>;
}
