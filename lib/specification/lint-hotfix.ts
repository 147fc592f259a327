import { shapeOf } from '../drivers/shapes/registry.ts';
import type { Doubt } from './doubt.ts';
import { bakesOf } from './hotfix-steps.ts';
import { formatDuration } from './quantity.ts';
import type { RolloutSpec } from './rollout-spec.ts';

/** Returns why steps of a hotfix are none: they are more or longer than those of any other rollout, or give green all traffic at once. */
export function lintHotfix(spec: RolloutSpec): readonly Doubt[] {
  const { hotfix, steps } = spec;
  const own = hotfix?.steps;
  if (own === undefined) return [];
  const path = ['hotfix', 'steps'];
  const doubts: Doubt[] = [];
  const refuse = (message: string, ...place: readonly (string | number)[]) =>
    doubts.push({ path: [...path, ...place], severity: 'error', message });
  if (own.length > steps.length)
    refuse(`a hotfix has ${String(own.length)} steps and another rollout ${String(steps.length)}, expected no more`);
  if (bakesOf(own) > bakesOf(steps))
    refuse(
      `a hotfix bakes for ${formatDuration(bakesOf(own))} and another rollout for ${formatDuration(bakesOf(steps))}, expected no longer`,
    );
  if (own[0]?.weight === 100 && steps[0]?.weight !== 100)
    refuse('a hotfix gives green all traffic at once, expected a smaller weight before it', 0, 'weight');
  const whyNot = shapeOf(spec).whyNot(own.map(({ weight }) => weight));
  if (whyNot !== undefined) refuse(`the driver cannot give these weights: ${whyNot}`);
  return doubts;
}
