import type { NodeTimes } from '../balancer/rule-propagation.ts';

/** One routing change that the API accepted. */
export interface AcceptedChange {
  /** When it was accepted, epoch milliseconds. */
  readonly at: number;
  /** When each node of the load balancer began to obey it; it has propagated once none is `null`. */
  readonly nodesAt: Readonly<NodeTimes>;
  readonly kind: 'rule' | 'listener';
  readonly change: 'created' | 'modified' | 'deleted';
  readonly arn: string;
  /** Weight by target group ARN; empty where nothing is forwarded. */
  readonly weights: Readonly<Record<string, number>>;
}

/** The balancer's own record of when which weights were accepted and held: the truth that a measured rollback is timed by. */
export class ChangeLog {
  readonly #changes: AcceptedChange[] = [];

  record(change: Omit<AcceptedChange, 'at'>): void {
    this.#changes.push({ at: Date.now(), ...change });
  }

  all(): readonly AcceptedChange[] {
    return this.#changes;
  }
}
