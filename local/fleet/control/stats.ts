import type { Ended } from '../balancer/traffic.ts';
import type { TargetGroup } from '../elb/target-group.ts';

/** What clients got from one target group. */
export interface GroupStats {
  readonly name: string;
  requests: number;
  /** Status 500 or more, or a connection that broke. */
  failed: number;
  /** Response began later than the slow threshold. */
  slow: number;
  /** Epoch milliseconds of the first failure; absent where there was none. */
  firstFailedAt?: number;
  /** Epoch milliseconds of the last failure. */
  lastFailedAt?: number;
  /** Requests and upgraded connections that are open now. */
  open: number;
  /** Epoch milliseconds at which the last one ended. */
  lastEndedAt?: number;
}

/** The truth as clients saw it, in contrast to what reaches CloudWatch. */
export class Stats {
  readonly #slowSeconds: number;
  #since = Date.now();
  #requests = 0;
  #failed = 0;
  #groups = new Map<string, GroupStats>();
  #reasons = new Map<string, number>();
  #lastFailedAt: number | undefined;

  constructor(slowSeconds: number) {
    this.#slowSeconds = slowSeconds;
  }

  /** A request is on its way to a target of the group. */
  began(group: TargetGroup): void {
    this.#of(group).open += 1;
  }

  ended(event: Ended): void {
    const failed = event.dropped || (event.status ?? 0) >= 500;
    this.#requests += 1;
    if (failed) {
      this.#failed += 1;
      this.#lastFailedAt = event.at;
    }
    if (event.reason !== undefined) {
      const reason = `${event.dropped ? 'dropped' : String(event.status)}: ${event.reason}`;
      this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
    }
    if (event.group === undefined) return;
    const stats = this.#of(event.group);
    stats.open -= 1;
    stats.lastEndedAt = event.at;
    stats.requests += 1;
    if ((event.targetSeconds ?? 0) > this.#slowSeconds) stats.slow += 1;
    if (!failed) return;
    stats.failed += 1;
    stats.firstFailedAt ??= event.at;
    stats.lastFailedAt = event.at;
  }

  reset(): void {
    this.#since = Date.now();
    this.#requests = 0;
    this.#failed = 0;
    this.#lastFailedAt = undefined;
    // What is open stays open.
    for (const [arn, { name, open }] of this.#groups)
      this.#groups.set(arn, { name, requests: 0, failed: 0, slow: 0, open });
    this.#reasons = new Map();
  }

  /** The counts, and how many requests are with a target now. */
  report(inFlight: number): object {
    return {
      since: this.#since,
      inFlight,
      requests: this.#requests,
      failed: this.#failed,
      ...(this.#lastFailedAt !== undefined && { lastFailedAt: this.#lastFailedAt }),
      // How often the balancer itself failed a request, and why.
      balancerFailures: Object.fromEntries(this.#reasons),
      targetGroups: Object.fromEntries(this.#groups),
    };
  }

  #of(group: TargetGroup): GroupStats {
    const found = this.#groups.get(group.arn);
    if (found !== undefined) return found;
    const created: GroupStats = { name: group.name, requests: 0, failed: 0, slow: 0, open: 0 };
    this.#groups.set(group.arn, created);
    return created;
  }
}
