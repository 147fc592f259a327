import { formatDuration } from './quantity.ts';
import type { RolloutSpec } from './rollout-spec.ts';

type Step = RolloutSpec['steps'][number];
type Paced = Pick<RolloutSpec, 'steps' | 'period' | 'lag' | 'hotfix'>;

/** With less, a quiet service would gather too few requests in the time. */
const leastWeight = 10;
const longestBake = 300;

/** Returns the steps of a hotfix: those of the spec, or two of its `steps`, with bakes in which metrics can settle. */
export function hotfixSteps({ steps: all, period, lag, hotfix: own }: Paced): Step[] {
  if (own?.steps !== undefined) return [...own.steps];
  const most = Math.max(longestBake, period + lag);
  const before = all.filter(({ weight }) => weight < 100);
  // With small steps alone the largest of them comes first: never all traffic at once where other rollouts have steps before it.
  const first = before.find(({ weight }) => weight >= leastWeight) ?? before.at(-1);
  return [first, all.at(-1)].flatMap((step) =>
    step === undefined ? [] : [{ weight: step.weight, bake: Math.min(step.bake, most) }],
  );
}

/** Returns one sentence of how a hotfix of a spec goes beside any other rollout of it. */
export function describeHotfix(spec: Paced): string {
  const [short, long] = [hotfixSteps(spec), spec.steps].map(
    (list) => `${String(list.length)} ${list.length === 1 ? 'step' : 'steps'} in ${formatDuration(bakesOf(list))}`,
  );
  return `A hotfix takes ${short ?? ''} in place of ${long ?? ''}`;
}

/** Returns the seconds of all bakes. */
export function bakesOf(list: readonly Step[]): number {
  return list.reduce((sum, { bake }) => sum + bake, 0);
}
