import { shapeOf } from '../drivers/shapes/registry.ts';
import type { RolloutSpec } from './rollout-spec.ts';

type Step = RolloutSpec['steps'][number];

/** Green runs what blue runs, so a small share for a short time shows as much as a long step would. */
const mostWeight = 10;
const longestBake = 300;

/** Returns the one step of a drill of the rollback: the first one of the spec, at most 10 % for 5 minutes. */
export function drillSteps({ steps: [first] }: Pick<RolloutSpec, 'steps'>): Step[] {
  const { weight = mostWeight, bake = longestBake } = first ?? {};
  return [{ weight: Math.min(weight, mostWeight), bake: Math.min(bake, longestBake) }];
}

/** Returns why the driver of a spec can run no drill of the rollback, in words; `undefined` where it can. */
export function whyNoDrill(spec: RolloutSpec, { whyNot } = shapeOf(spec)): string | undefined {
  const weights = drillSteps(spec).map(({ weight }) => weight);
  const why = whyNot(weights);
  return why === undefined ? undefined : `a drill gives green ${weights.join(', ')} % and goes back: ${why}`;
}
