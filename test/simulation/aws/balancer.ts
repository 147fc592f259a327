import type { HeaderRoute } from '../../../lib/ports/traffic-router.ts';
import { type RoutingAction, weightsOf } from '../../../lib/rollout/routing.ts';
import { modelArns } from '../../model/model-world.ts';

interface Version {
  readonly at: number;
  readonly actions: readonly RoutingAction[];
}

/** What a slot's traffic comes through. */
interface Behind {
  readonly targetGroups: readonly string[];
}

/** One rule or listener after a change. */
export interface RuleChange {
  readonly arn: string;
  readonly before: Readonly<Record<string, number>>;
  readonly after: Readonly<Record<string, number>>;
}

/** The listener rules of a load balancer, with everything that they ever said. */
export class Balancer {
  readonly #now: () => number;
  readonly #onChange: (change: RuleChange) => void;
  readonly #rules = new Map<string, Version[]>();
  readonly headerRules = new Map<string, HeaderRoute>();
  #serial = 0;

  constructor(now: () => number, onChange: (change: RuleChange) => void) {
    this.#now = now;
    this.#onChange = onChange;
  }

  get arns(): readonly string[] {
    return [...this.#rules.keys()];
  }

  /** What a rule says, or said some milliseconds ago. */
  actions(arn: string, millisecondsAgo = 0): readonly RoutingAction[] {
    const versions = this.#rules.get(arn) ?? [];
    const then = versions.findLast(({ at }) => at <= this.#now() - millisecondsAgo) ?? versions[0];
    if (then === undefined) throw new Error(`the model has no rule ${arn}`);
    return then.actions;
  }

  write(arn: string, actions: readonly RoutingAction[]): void {
    const versions = this.#rules.get(arn) ?? [];
    const before = weightsOf(versions.at(-1)?.actions ?? []);
    versions.push({ at: this.#now(), actions });
    this.#rules.set(arn, versions);
    if (versions.length > 1) this.#onChange({ arn, before, after: weightsOf(actions) });
  }

  addHeaderRule(route: HeaderRoute): string {
    const known = [...this.headerRules].find(([, one]) => JSON.stringify(one) === JSON.stringify(route));
    if (known !== undefined) return known[0];
    this.#serial += 1;
    const arn = `${modelArns.rule.slice(0, -4)}${String(this.#serial).padStart(4, '0')}`;
    this.headerRules.set(arn, route);
    return arn;
  }

  /** Percent that a rule gives to a slot, now or some milliseconds ago; -1 where anything but the two slots gets traffic. */
  percentOf(arn: string, slot: Behind, other: Behind, millisecondsAgo = 0): number {
    const weights = Object.entries(weightsOf(this.actions(arn, millisecondsAgo))).filter(([, weight]) => weight > 0);
    const known = [...slot.targetGroups, ...other.targetGroups];
    if (weights.length === 0 || weights.some(([group]) => !known.includes(group))) return -1;
    const all = weights.reduce((sum, [, weight]) => sum + weight, 0);
    const own = weights.filter(([group]) => slot.targetGroups.includes(group));
    return (100 * own.reduce((sum, [, weight]) => sum + weight, 0)) / all;
  }

  /** Share of target groups in the traffic, 0 to 1, over all rules alike; `at` in milliseconds since the epoch. */
  shareOf({ targetGroups }: Behind, at = this.#now()): number {
    const shares = this.arns.map((arn) => {
      const weights = Object.entries(weightsOf(this.actions(arn, this.#now() - at)));
      const all = weights.reduce((sum, [, weight]) => sum + weight, 0);
      const own = weights.filter(([group]) => targetGroups.includes(group));
      return own.reduce((sum, [, weight]) => sum + weight, 0) / Math.max(1, all);
    });
    return shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
  }

  /** What a rule said first, before anybody changed it. */
  firstActions(arn: string): readonly RoutingAction[] {
    return this.#rules.get(arn)?.[0]?.actions ?? [];
  }

  /** Moments within a span at which some rule changed. */
  changesWithin(from: number, to: number): readonly number[] {
    const moments = [...this.#rules.values()].flatMap((versions) => versions.map(({ at }) => at));
    return moments.filter((at) => at > from && at < to).sort((left, right) => left - right);
  }
}
