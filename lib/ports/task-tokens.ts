/** Task tokens of executions that wait for people. They are secrets: who has one can let an execution go on. */
export interface TaskTokens {
  /** Keeps the token under which a rollout's execution waits, encrypted; a later one takes its place. */
  keep(rolloutId: string, token: string): Promise<void>;
  /** Lets the one who answers look at the rollout, now. */
  wake(rolloutId: string): Promise<void>;
}

/** What only the one who answers may do. */
export interface WaitingExecutions {
  /** The token under which a rollout's execution waits; `undefined` where none does. */
  tokenOf(rolloutId: string): Promise<string | undefined>;
  /** Lets it go on with this output; one that no longer waits is fine. */
  answer(token: string, output: unknown): Promise<void>;
  /** Forgets a token that was answered; one that a newer wait has replaced stays. */
  forget(rolloutId: string, token: string): Promise<void>;
}
