import type { HeaderRoute } from '../../../lib/drivers/traffic-router.ts';
import { type RoutingAction, weightsOf } from '../../../lib/drivers/rules/routing.ts';
import { secretLacking } from '../../model/client-secrets.ts';
import { modelArns } from '../../model/model-world.ts';
import { NamedError } from './process.ts';

/** The nodes of a load balancer, each of which obeys a change at a time of its own. */
const nodes: readonly number[] = [0, 1];

interface Version {
  /** When the API accepted it, in milliseconds since the epoch. */
  readonly at: number;
  /** When each node begins to obey it. */
  readonly liveAt: readonly number[];
  readonly actions: readonly RoutingAction[];
}

/** A rule that leads requests with a header to a target group. */
interface HeaderRule {
  readonly arn: string;
  readonly route: HeaderRoute;
  readonly liveAt: readonly number[];
  /** When each node has forgotten it; absent while it is there. */
  goneAt?: readonly number[];
}

const firstConditions: readonly RoutingAction[] = [{ Field: 'path-pattern', Values: ['/*'] }];

/** What a slot's traffic comes through. */
interface Behind {
  readonly targetGroups: readonly string[];
}

/** One rule or listener after a change. */
export interface RuleChange {
  readonly arn: string;
  readonly before: Readonly<Record<string, number>>;
  readonly after: Readonly<Record<string, number>>;
  /** Types of its actions. */
  readonly had: readonly string[];
  readonly has: readonly string[];
}

interface Parts {
  readonly now: () => number;
  readonly onChange: (change: RuleChange) => void;
  /** Milliseconds until a node obeys a change that was accepted. */
  readonly delay: () => number;
}

/**
 * The listener rules of a load balancer, with everything that they ever said: to who describes them at once, and to requests as
 * soon as the node that takes them obeys.
 */
export class Balancer {
  readonly #now: () => number;
  readonly #onChange: (change: RuleChange) => void;
  readonly #delay: () => number;
  readonly #rules = new Map<string, Version[]>();
  readonly #headerRules: HeaderRule[] = [];
  readonly #conditions = new Map<string, { readonly at: number; readonly conditions: readonly RoutingAction[] }>();
  #serial = 0;
  #requests = 0;

  constructor({ now, onChange, delay }: Parts) {
    this.#now = now;
    this.#onChange = onChange;
    this.#delay = delay;
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

  /** What a rule says first is there before the run begins. */
  write(arn: string, actions: readonly RoutingAction[]): void {
    const versions = this.#rules.get(arn) ?? [];
    const earlier = versions.at(-1)?.actions ?? [];
    const at = this.#now();
    versions.push({ at, liveAt: versions.length === 0 ? nodes.map(() => at) : this.#live(), actions });
    this.#rules.set(arn, versions);
    if (versions.length === 1) return;
    const [had, has] = [typesOf(earlier), typesOf(actions)];
    this.#onChange({ arn, before: weightsOf(earlier), after: weightsOf(actions), had, has });
  }

  /**
   * A write through the API.
   * @throws NamedError where it is refused
   */
  modify(arn: string, actions: readonly RoutingAction[]): void {
    const refusal = secretLacking(this.actions(arn), actions);
    if (refusal !== undefined) throw new NamedError('InvalidLoadBalancerActionException', refusal);
    this.write(arn, actions);
  }

  /** Which requests a rule takes; a write of its actions leaves them. */
  conditions(arn: string, millisecondsAgo = 0): readonly RoutingAction[] {
    const set = this.#conditions.get(arn);
    return set !== undefined && set.at <= this.#now() - millisecondsAgo ? set.conditions : firstConditions;
  }

  setConditions(arn: string, conditions: readonly RoutingAction[]): void {
    this.#conditions.set(arn, { at: this.#now(), conditions });
  }

  /** The rules that lead requests with a header to a target group, by ARN. */
  get headerRules(): ReadonlyMap<string, HeaderRoute> {
    return new Map(
      this.#headerRules.filter(({ goneAt }) => goneAt === undefined).map(({ arn, route }) => [arn, route]),
    );
  }

  addHeaderRule(route: HeaderRoute): string {
    const known = [...this.headerRules].find(([, one]) => JSON.stringify(one) === JSON.stringify(route));
    if (known !== undefined) return known[0];
    this.#serial += 1;
    const arn = `${modelArns.rule.slice(0, -4)}${String(this.#serial).padStart(4, '0')}`;
    this.#headerRules.push({ arn, route, liveAt: this.#live() });
    return arn;
  }

  removeHeaderRule(arn: string): void {
    const found = this.#headerRules.find((one) => one.arn === arn);
    if (found !== undefined) found.goneAt ??= this.#live();
  }

  /** The target group that a request with these headers reaches: one node after the other takes requests. */
  routed(headers: Readonly<Record<string, string>>, otherwise: Behind): string | undefined {
    this.#requests += 1;
    const node = nodes[this.#requests % nodes.length] ?? 0;
    const now = this.#now();
    const meant = this.#headerRules.find(
      ({ route, liveAt, goneAt }) =>
        headers[route.header] === route.value && isPast(liveAt, node, now) && !isPast(goneAt, node, now),
    );
    if (meant !== undefined) return meant.route.targetGroup;
    return this.#shareOn(node, otherwise, now) >= 0.5 ? otherwise.targetGroups[0] : undefined;
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

  /** Share of target groups in what users send, 0 to 1, over all rules and nodes alike; `at` in milliseconds since the epoch. */
  shareOf(behind: Behind, at = this.#now()): number {
    return nodes.reduce((sum, node) => sum + this.#shareOn(node, behind, at), 0) / nodes.length;
  }

  /** What a rule said first, before anybody changed it. */
  firstActions(arn: string): readonly RoutingAction[] {
    return this.#rules.get(arn)?.[0]?.actions ?? [];
  }

  /** Moments within a span at which some node began to obey a change. */
  changesWithin(from: number, to: number): readonly number[] {
    const moments = [...this.#rules.values()].flatMap((versions) => versions.flatMap(({ liveAt }) => liveAt));
    return moments.filter((at) => at > from && at < to).sort((left, right) => left - right);
  }

  /** The same by what the rules say, as if every node obeyed at once. */
  acceptedShareOf(behind: Behind): number {
    const shares = [...this.#rules.values()].map((versions) => shareOf(versions.at(-1), behind));
    return shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
  }

  #live(): readonly number[] {
    return nodes.map(() => this.#now() + this.#delay());
  }

  /** A node never goes back to an older change: one that arrives early brings all earlier ones with it. */
  #shareOn(node: number, behind: Behind, at: number): number {
    const shares = [...this.#rules.values()].map((versions) => {
      const obeyed = versions.findLast(({ liveAt }) => isPast(liveAt, node, at)) ?? versions[0];
      return shareOf(obeyed, behind);
    });
    return shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
  }
}

function typesOf(actions: readonly RoutingAction[]): readonly string[] {
  return actions.map(({ Type }) => String(Type));
}

function isPast(moments: readonly number[] | undefined, node: number, at: number): boolean {
  return (moments?.[node] ?? Infinity) <= at;
}

function shareOf(version: Version | undefined, { targetGroups }: Behind): number {
  const weights = Object.entries(weightsOf(version?.actions ?? []));
  const all = weights.reduce((sum, [, weight]) => sum + weight, 0);
  const own = weights.filter(([group]) => targetGroups.includes(group));
  return own.reduce((sum, [, weight]) => sum + weight, 0) / Math.max(1, all);
}
