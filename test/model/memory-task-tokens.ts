import type { TaskTokens, WaitingExecutions } from '../../lib/ports/task-tokens.ts';

/** Tokens in memory, and every answer that was given with one. */
export class MemoryTaskTokens implements TaskTokens, WaitingExecutions {
  readonly tokens = new Map<string, string>();
  readonly answers: unknown[] = [];
  /** Rollouts whose wake-up call was asked for, in order. */
  readonly woken: string[] = [];

  keep(rolloutId: string, token: string) {
    this.tokens.set(rolloutId, token);
    return Promise.resolve();
  }

  wake(rolloutId: string) {
    this.woken.push(rolloutId);
    return Promise.resolve();
  }

  tokenOf(rolloutId: string) {
    return Promise.resolve(this.tokens.get(rolloutId));
  }

  answer(_: string, output: unknown) {
    this.answers.push(output);
    return Promise.resolve();
  }

  forget(rolloutId: string, token: string) {
    if (this.tokens.get(rolloutId) === token) this.tokens.delete(rolloutId);
    return Promise.resolve();
  }
}
