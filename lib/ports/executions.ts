export interface Executions {
  /** Starts an execution under a name that is used once; one of that name already started is reported, not an error. */
  start(name: string, input: unknown): Promise<{ readonly alreadyStarted: boolean }>;
}
