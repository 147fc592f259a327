import type { BalancerNode, Listener } from '../elb/model.ts';
import type { RouteTable } from '../elb/route-table.ts';

/** Bounds of the delay, in seconds, after which a node of the load balancer obeys a change that the API has accepted. */
export interface RuleDelay {
  readonly from: number;
  readonly to: number;
}

/**
 * AWS: "rule updates do not take effect immediately, so requests could be routed using the previous rule configuration for a
 * short time". Its load-balancer team names batches of 10 s.
 */
export const drawnRuleDelay: RuleDelay = { from: 2, to: 10 };

/** Nodes of one load balancer differ by at least this share of the range. */
const leastDifference = 0.02;

/** When each node began to obey one change, in epoch milliseconds; `null` as long as it does not. */
export type NodeTimes = (number | null)[];

interface Carried {
  readonly version: number;
  readonly table: RouteTable;
  readonly times: NodeTimes;
}

/**
 * Carries rule changes from the control plane, where describe calls show them at once, to the nodes that route. Each node
 * obeys a change after a delay of its own. A node never goes back to an older change: one that arrives early brings all
 * earlier ones with it.
 */
export class RulePropagation {
  readonly #delay: RuleDelay;
  readonly #random: () => number;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #underWay = new Map<Listener, Carried[]>();
  #versions = 0;

  /** `random` draws from [0, 1). */
  constructor(delay: RuleDelay, random: () => number) {
    this.#delay = delay;
    this.#random = random;
  }

  /** Sends a listener's new routes to its nodes; the result is filled in as they obey. */
  carry(listener: Listener, table: RouteTable): NodeTimes {
    this.#versions += 1;
    const carried: Carried = { version: this.#versions, table, times: listener.nodes.map(() => null) };
    const underWay = this.#underWay.get(listener) ?? [];
    this.#underWay.set(listener, underWay);
    underWay.push(carried);
    const shares = this.#distinctShares(listener.nodes.length);
    for (const [index, node] of listener.nodes.entries()) {
      const seconds = this.#delay.from + (shares[index] ?? 0) * (this.#delay.to - this.#delay.from);
      this.#after(seconds, () => {
        this.#obey(listener, node, index, carried);
      });
    }
    return carried.times;
  }

  /** Nothing that is still under way arrives. */
  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #after(seconds: number, run: () => void): void {
    if (seconds === 0) {
      run();
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, seconds * 1000);
    this.#timers.add(timer);
  }

  #obey(listener: Listener, node: BalancerNode, index: number, { version, table }: Carried): void {
    if (version <= node.version) return;
    node.version = version;
    node.table = table;
    const now = Date.now();
    const underWay = this.#underWay.get(listener) ?? [];
    for (const earlier of underWay) if (earlier.version <= version) earlier.times[index] ??= now;
    this.#underWay.set(
      listener,
      underWay.filter(({ times }) => times.includes(null)),
    );
  }

  #distinctShares(count: number): readonly number[] {
    const shares: number[] = [];
    while (shares.length < count) {
      const share = this.#random();
      if (shares.every((other) => Math.abs(other - share) >= leastDifference)) shares.push(share);
    }
    return shares;
  }
}
