/** State machines by what they do; the adapter knows their ARNs. */
export type MachineName = 'rollout' | 'rollback' | 'retirement';

export interface Executions {
  /** Starts an execution; one of that name already started is reported, not an error. */
  start(
    machine: MachineName,
    name: string,
    input: unknown,
  ): Promise<{ readonly arn: string; readonly alreadyStarted: boolean }>;
}
