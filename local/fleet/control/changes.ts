/** One routing change as the balancer applied it. */
export interface AppliedChange {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly kind: 'rule' | 'listener';
  readonly change: 'created' | 'modified' | 'deleted';
  readonly arn: string;
  /** Weight by target group ARN; empty where nothing is forwarded. */
  readonly weights: Readonly<Record<string, number>>;
}

/** The balancer's own record of when which weights held: the truth that a measured rollback is timed by. */
export class ChangeLog {
  readonly #changes: AppliedChange[] = [];

  record(change: Omit<AppliedChange, 'at'>): void {
    this.#changes.push({ at: Date.now(), ...change });
  }

  all(): readonly AppliedChange[] {
    return this.#changes;
  }
}
