import { trafficOf } from '../drivers/shapes/layout-of.ts';
import type { Part } from '../ports/world.ts';
import type { RolloutSpec } from '../specification/rollout-spec.ts';
import type { Observation } from './check.ts';

/** How long one database or cache may take, so that its check can still say that nothing answered. */
export const dataSeconds = 3.5;

/** What one database or cache showed, in words. */
export interface Seen {
  readonly name: string;
  readonly passed: boolean;
  /** It could not be found out. */
  readonly isUnknown?: boolean;
  readonly saw: string;
}

/**
 * Returns the VPC in which the probe asks: that of the load balancer of the first rule in `traffic`.
 * @throws Error where it is not known
 */
export async function vpcOf(spec: RolloutSpec, { router }: Part<'router'>): Promise<string> {
  const [routing] = await router.read(trafficOf(spec).slice(0, 1));
  if (routing === undefined) throw new Error('there is no rule in traffic');
  const { vpcId, host } = await router.entranceOf(routing.listenerArn);
  if (vpcId === undefined) throw new Error(`${host} has no VPC, in which a probe could ask`);
  return vpcId;
}

/**
 * Returns what several showed as one observation. One that is known to be bad fails the check, whatever is not known of others.
 * @throws Error where nothing is known to be bad, and something could not be found out
 */
export function together(all: readonly Seen[]): Observation {
  const words = (those: readonly Seen[]) => those.map(({ name, saw }) => `${name}: ${saw}`).join('; ');
  const lacking = all.filter(({ passed }) => !passed);
  if (lacking.length === 0) return { passed: true, saw: words(all) };
  if (lacking.every(({ isUnknown }) => isUnknown === true)) throw new Error(words(lacking));
  return { passed: false, saw: words(lacking) };
}
