import type { Answered } from '../balancer/traffic.ts';

/** What came through each load balancer and to each target group in a period, by their CloudWatch dimensions. */
export class RequestMeter {
  #counts = new Map<string, number>();

  answered({ group, loadBalancer }: Answered): void {
    this.#add(loadBalancer.dimension);
    if (group !== undefined) this.#add(group.dimension);
  }

  /** The counts since they were taken last. */
  take(): ReadonlyMap<string, number> {
    const counts = this.#counts;
    this.#counts = new Map();
    return counts;
  }

  #add(dimension: string): void {
    this.#counts.set(dimension, (this.#counts.get(dimension) ?? 0) + 1);
  }
}
