import type { Random } from '../../../lib/calibration/random.ts';
import type { Datapoint } from '../../../lib/analysis/datapoint.ts';
import type { MetricQuestion, MetricRow } from '../../../lib/metrics/source.ts';
import type { FaultPlan } from '../faults/faults.ts';
import type { Balancer } from './balancer.ts';
import type { Slots } from './slots.ts';

/** CloudWatch has a period this long after its end, where it is not late. */
const usualDelaySeconds = 45;
const lateSeconds = 900;
/** How long after its end a count is still revised, and how much of it is there before. */
const revisedForSeconds = 240;
const firstCounted = 0.7;

interface Parts {
  readonly now: () => number;
  readonly start: number;
  readonly random: Random;
  readonly faults: FaultPlan;
  readonly balancer: Balancer;
  readonly slots: Slots;
  readonly requestsPerSecond: number;
}

/** What the load balancer counted, from the weights that the rules really had and the versions that really ran. */
export class Metrics {
  readonly #parts: Parts;
  /** What was counted once stays: by target group and start of the period. */
  readonly #counted = new Map<string, Datapoint>();

  /** Requests of checks: when, milliseconds since the epoch, and to which target group. */
  readonly #probes: { readonly at: number; readonly group: string }[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A request of a check reaches a target group now. */
  countProbe(group: string): void {
    this.#probes.push({ at: this.#parts.now(), group });
  }

  read({ from, to, period, targetGroups: { blue, green } }: MetricQuestion): readonly MetricRow[] {
    const rows: MetricRow[] = [];
    for (let at = from; at + period <= to; at += period) {
      const share = this.#visibleShare(at, period);
      if (share === 0) continue;
      rows.push({
        at,
        blue: this.#revised(this.#datapoint(blue, at, period), share),
        green: this.#revised(this.#datapoint(green, at, period), share),
      });
    }
    return rows;
  }

  /** How much of a period CloudWatch shows by now, 0 to 1. */
  #visibleShare(at: number, period: number): number {
    const { faults, start, now } = this.#parts;
    const second = at - start / 1000;
    const age = now() / 1000 - at - period;
    const hits = faults.ofKind('metrics').filter(({ from, seconds }) => second >= from && second < from + seconds);
    const how = hits.map((fault) => fault.how);
    if (second >= 0) for (const fault of hits) faults.mark(fault);
    if (how.includes('missing')) return 0;
    if (age < (how.includes('late') ? lateSeconds : usualDelaySeconds)) return 0;
    return how.includes('revised') && age < revisedForSeconds ? firstCounted : 1;
  }

  #revised(whole: Datapoint, share: number): Datapoint {
    const { requests, errors } = whole;
    if (share === 1 || requests === undefined || errors === undefined) return whole;
    return { ...whole, requests: Math.floor(requests * share), errors: Math.floor(errors * share) };
  }

  #datapoint(group: string, at: number, period: number): Datapoint {
    const key = `${group} ${String(at)}`;
    const known = this.#counted.get(key);
    if (known !== undefined) return known;
    const counted = this.#count(group, at, period);
    this.#counted.set(key, counted);
    return counted;
  }

  #count(group: string, at: number, period: number): Datapoint {
    const { balancer, slots, requestsPerSecond, random } = this.#parts;
    const [from, to] = [at * 1000, (at + period) * 1000];
    const edges = [from, ...balancer.changesWithin(from, to), to];
    let seconds = 0;
    edges.slice(1).forEach((edge, index) => {
      const before = edges[index] ?? from;
      seconds += (balancer.shareOf({ targetGroups: [group] }, before) * (edge - before)) / 1000;
    });
    const { healthy, unhealthy } = slots.healthy(group, to);
    const hosts = { healthyHosts: healthy, unhealthyHosts: unhealthy };
    const users = random.poisson(requestsPerSecond * seconds);
    const probes = this.#probes.filter((one) => one.group === group && one.at >= from && one.at < to).length;
    const requests = users + probes;
    if (requests === 0) return hosts;
    const [digest = ''] = [...new Set(slots.behind(group).tasks.map((task) => task.digest))];
    const { errorShare, latencySeconds } = slots.behaviourOf(digest);
    const errors = healthy === 0 ? requests : random.binomial(users, errorShare);
    return { ...hosts, requests, errors, latencyP95: latencySeconds };
  }
}
