export interface StartedExecution {
  readonly executionArn: string;
  /** One of that name was started before; it may have ended. */
  readonly alreadyStarted: boolean;
}

/** Executions of one state machine. */
export interface Executions {
  /** Starts an execution under a name that is used once; one of that name already started is reported, not an error. */
  start(name: string, input: unknown): Promise<StartedExecution>;
  /** Whether an execution of any machine still runs; one that is not known does not. */
  isRunning(executionArn: string): Promise<boolean>;
  /** Whether an execution was stopped by a call, rather than by its own end; one that is not known was not. */
  wasStopped(executionArn: string): Promise<boolean>;
}
