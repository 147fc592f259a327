import type { Answered } from '../balancer/traffic.ts';
import type { LoadBalancer } from '../elb/model.ts';
import type { TargetGroup } from '../elb/target-group.ts';

/** What one target group did for one load balancer in one period. */
export interface GroupBucket {
  requests: number;
  /** Responses of targets by class: 2 for 2xx. */
  readonly classes: Map<number, number>;
  /** Requests by response time in seconds, three significant digits. */
  readonly times: Map<number, number>;
  /** Requests over each slow threshold, in the thresholds' order. */
  readonly slow: number[];
}

/** What one load balancer did in one period. */
export interface BalancerBucket {
  requests: number;
  /** Answers that the balancer made itself, by status. */
  readonly own: Map<number, number>;
  readonly groups: Map<TargetGroup, GroupBucket>;
}

export type PeriodBucket = Map<LoadBalancer, BalancerBucket>;

/**
 * Counts requests by period. A request is counted once and whole when its answer is known, as ALB does: RequestCount, the response's
 * class and the response time of a request fall into the same period. Requests for which no target could be chosen are not in
 * RequestCount.
 */
export class MetricBuckets {
  readonly #periodMs: number;
  readonly #slowSeconds: readonly number[];
  readonly #periods = new Map<number, PeriodBucket>();

  constructor(periodMs: number, slowSeconds: readonly number[]) {
    this.#periodMs = periodMs;
    this.#slowSeconds = slowSeconds;
  }

  answered(event: Answered): void {
    const balancer = this.#balancer(Math.floor(event.at / this.#periodMs) * this.#periodMs, event.loadBalancer);
    if (event.balancerStatus !== undefined) increment(balancer.own, event.balancerStatus);
    if (event.group === undefined) return;
    balancer.requests += 1;
    const group = this.#group(balancer, event.group);
    group.requests += 1;
    if (event.targetStatus !== undefined) increment(group.classes, Math.floor(event.targetStatus / 100));
    const { targetSeconds } = event;
    if (targetSeconds === undefined) return;
    increment(group.times, Number(targetSeconds.toPrecision(3)));
    for (const [index, threshold] of this.#slowSeconds.entries())
      if (targetSeconds > threshold) group.slow[index] = (group.slow[index] ?? 0) + 1;
  }

  /** Takes out the periods that are over at `now`, oldest first; periods without a request are not among them. */
  takeFinished(now: number): (readonly [startMs: number, bucket: PeriodBucket])[] {
    const finished = [...this.#periods]
      .filter(([start]) => start + this.#periodMs <= now)
      .sort(([left], [right]) => left - right);
    for (const [start] of finished) this.#periods.delete(start);
    return finished;
  }

  #balancer(start: number, loadBalancer: LoadBalancer): BalancerBucket {
    const period: PeriodBucket = this.#periods.get(start) ?? new Map<LoadBalancer, BalancerBucket>();
    this.#periods.set(start, period);
    const found = period.get(loadBalancer);
    if (found !== undefined) return found;
    const created: BalancerBucket = { requests: 0, own: new Map(), groups: new Map() };
    period.set(loadBalancer, created);
    return created;
  }

  #group(balancer: BalancerBucket, group: TargetGroup): GroupBucket {
    const found = balancer.groups.get(group);
    if (found !== undefined) return found;
    const created: GroupBucket = {
      requests: 0,
      classes: new Map(),
      times: new Map(),
      slow: this.#slowSeconds.map(() => 0),
    };
    balancer.groups.set(group, created);
    return created;
  }
}

function increment(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
