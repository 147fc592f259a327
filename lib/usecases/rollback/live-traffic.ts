import { trafficOf } from '../../drivers/shapes/layout-of.ts';
import { leastHealthy, type TargetHealth } from '../../drivers/traffic-router.ts';
import { pairsInUse, shareOf } from '../../drivers/rules/pairs.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { Part } from '../../ports/world.ts';
import { messageOf } from '../../specification/text/message-of.ts';

/** Where users are sent, as the load balancer describes it. */
export interface LiveTraffic {
  /** The side that every rule sends everything to; `undefined` where traffic is split or could not be read. */
  readonly serves: 'blue' | 'green' | undefined;
  /** That side has a healthy target in each of its target groups. */
  readonly isHealthy: boolean;
  /** Each rule, then the health of each side, in words. */
  readonly lines: readonly string[];
}

/** Reads where users are sent and who can serve them. What cannot be read is said, and counts as nobody who serves. */
export async function liveTraffic(
  state: RolloutState,
  { router }: { readonly router: Pick<Part<'router'>['router'], 'find' | 'targetHealth'> },
): Promise<LiveTraffic> {
  const [rules, blue, green] = await Promise.all([
    router.find(trafficOf(state.spec)).catch(said),
    health(state, 'blue', router),
    health(state, 'green', router),
  ]);
  const ofHealth = [`blue: ${healthText(blue)}`, `green: ${healthText(green)}`];
  if (typeof rules === 'string') {
    return { serves: undefined, isHealthy: false, lines: [`the rules cannot be read (${rules})`, ...ofHealth] };
  }
  const shares = rules.map((rule) => rule && shareOf(state, rule.weights));
  const lines = rules.map((rule, index) => {
    const share = shares[index];
    if (rule === undefined) return `${targetOf(state, index)} is gone`;
    if (share === undefined) return `${rule.arn} leads elsewhere: ${JSON.stringify(rule.weights)}`;
    return `${rule.arn} sends ${share} % to green, ${100 - share} % to blue`;
  });
  const serves = shares.every((share) => share === 0)
    ? 'blue'
    : shares.every((share) => share === 100)
      ? 'green'
      : undefined;
  const serving = serves === 'blue' ? blue : green;
  const isHealthy = serves !== undefined && typeof serving !== 'string' && serving.healthy > 0;
  return { serves, isHealthy, lines: [...lines, ...ofHealth] };
}

type Router = Pick<Part<'router'>['router'], 'targetHealth'>;

async function health(state: RolloutState, side: 'blue' | 'green', router: Router): Promise<TargetHealth | string> {
  const groups = pairsInUse(state).map((pair) => pair[side]);
  return Promise.all(groups.map((group) => router.targetHealth(group)))
    .then(leastHealthy)
    .catch(said);
}

function healthText(found: TargetHealth | string): string {
  return typeof found === 'string'
    ? `target health cannot be read (${found})`
    : `${found.healthy} of ${found.total} targets are healthy`;
}

function targetOf({ spec }: RolloutState, index: number): string {
  const target = trafficOf(spec)[index];
  if (target === undefined) return 'a rule';
  return 'rule' in target ? target.rule : target.listener;
}

function said(error: unknown): string {
  return messageOf(error).slice(0, 200);
}
