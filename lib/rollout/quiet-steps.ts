import { metricsOfGate } from '../specification/gate.ts';
import { formatDuration } from '../specification/quantity.ts';
import type { RolloutSpec } from '../specification/rollout-spec.ts';

type Step = RolloutSpec['steps'][number];
type Paced = Pick<RolloutSpec, 'period' | 'lag' | 'gates' | 'minimumRequests'>;

/** Returns how many requests of green a step needs before it passes: the most that one of the gates asks of the balancer's count. */
export function requestsNeeded({ gates, minimumRequests }: Paced): number {
  const acting = gates.filter((gate) => gate.dryRun !== true && metricsOfGate(gate).includes('requests'));
  return Math.max(minimumRequests, ...acting.map((gate) => gate.minimumRequests ?? minimumRequests));
}

/**
 * Returns how many requests of green have settled when the step's bake ends. The period in which the weight changes belongs to
 * no step.
 *
 * @param perSecond requests of the service, both slots together
 */
export function requestsGathered({ period, lag }: Paced, { weight, bake }: Step, perSecond: number): number {
  return (perSecond * weight * Math.max(0, bake - lag - period)) / 100;
}

/** Returns requests a second below which a step gathers too few; `undefined` where its bake is over before anything has settled. */
export function trafficNeeded(spec: Paced, step: Step): number | undefined {
  const ofOne = requestsGathered(spec, step, 1);
  return ofOne > 0 ? requestsNeeded(spec) / ofOne : undefined;
}

/** The longest bake that a spec may have, in seconds. */
const longestBake = 86_400;

/** Returns the shortest bake, in seconds of whole minutes, in which a step gathers enough; `undefined` where no bake of a spec is long enough. */
export function bakeNeeded(spec: Paced, { weight }: Step, perSecond: number): number | undefined {
  if (!(perSecond > 0)) return undefined;
  const seconds = (requestsNeeded(spec) * 100) / (perSecond * weight) + spec.lag + spec.period;
  // A whole minute that is one but for binary dust is no minute more.
  const bake = Math.ceil(seconds / 60 - 1e-9) * 60;
  return bake > longestBake ? undefined : bake;
}

/**
 * Says with how many requests of the service each step gathers enough of green; `undefined` where no step settles anything in its bake. Steps that are left
 * out of a quiet service's rollouts hold nothing.
 */
export function describeNeeds(spec: Paced & { readonly steps: readonly Step[] }): string | undefined {
  const needs = spec.steps.flatMap((step) => {
    const needed = step.leaveOutWhenQuiet === true ? undefined : trafficNeeded(spec, step);
    return needed === undefined ? [] : [`${Math.ceil(needed * 60 - 1e-9)} at ${step.weight} %`];
  });
  if (needs.length === 0) return undefined;
  return `Each step needs ${requestsNeeded(spec)} requests to green. It gets them in its bake where the service has at least so many a minute: ${needs.join(', ')}. With fewer it is held: write a longer bake`;
}

/** The steps that a rollout takes, and those that it goes without. */
export interface ChosenSteps {
  readonly steps: readonly Step[];
  readonly leftOut: readonly Step[];
}

/**
 * Chooses the steps of a rollout by the service's traffic. What may be left out is, where it would gather too few requests, or
 * where the traffic is not known: a step never passes without requests, so it would hold up the rollout and then end it.
 *
 * @param perSecond requests of the service; `undefined` where they could not be read
 */
export function chosenSteps(spec: RolloutSpec, perSecond: number | undefined): ChosenSteps {
  const isLeftOut = (step: Step) =>
    step.leaveOutWhenQuiet === true &&
    (perSecond === undefined || requestsGathered(spec, step, perSecond) < requestsNeeded(spec));
  return { steps: spec.steps.filter((step) => !isLeftOut(step)), leftOut: spec.steps.filter(isLeftOut) };
}

/** A step that gathers too few requests at the traffic that there is. */
export interface QuietStep {
  /** Its place among the steps that were asked about. */
  readonly index: number;
  readonly weight: number;
  /** What it gathers and what would change that, as the rest of a sentence. */
  readonly says: string;
}

/** Returns the steps that gather too few requests, each with a bake that would do. */
export function quietSteps(spec: Paced & { readonly steps: readonly Step[] }, perSecond: number): readonly QuietStep[] {
  const needed = requestsNeeded(spec);
  return spec.steps.flatMap((step, index) => {
    const gathered = requestsGathered(spec, step, perSecond);
    if (gathered >= needed) return [];
    const bake = bakeNeeded(spec, step, perSecond);
    const remedy =
      perSecond === 0
        ? 'roll out while the service has traffic'
        : bake === undefined
          ? `no bake of at most ${formatDuration(longestBake)} is long enough: give it a larger weight, or a smaller \`minimumRequests\``
          : `write \`bake: ${formatDuration(bake)}\` for it`;
    const says = `gathers about ${whole(gathered)} of the ${needed} requests that it needs in ${formatDuration(step.bake)}, so it will be held; ${remedy}`;
    return [{ index, weight: step.weight, says }];
  });
}

/** Says how many requests green gathers in each step at a traffic that is known, beside how many a step needs. */
export function describeGathered(spec: Paced & { readonly steps: readonly Step[] }, perSecond: number): string {
  const each = spec.steps.map((step) => `${whole(requestsGathered(spec, step, perSecond))} at ${step.weight} %`);
  return `Each step needs ${requestsNeeded(spec)} requests to green. At ${rate(perSecond)} green gets in each bake: ${each.join(', ')}`;
}

/**
 * Says which steps a rollout goes without, and which of the others gather too few requests, with a bake that would do; where the
 * traffic could not be read, that. Empty where there is nothing to say.
 */
export function describeQuiet(
  spec: Paced & { readonly steps: readonly Step[] },
  leftOut: readonly number[],
  perSecond: number | undefined,
): readonly string[] {
  const needed = requestsNeeded(spec);
  const without = leftOut.map((weight) =>
    perSecond === undefined
      ? `The step of ${weight} % is left out: the traffic of the last hour could not be read.`
      : `The step of ${weight} % is left out: at ${rate(perSecond)} green would have fewer than the ${needed} requests in it that a step needs.`,
  );
  if (perSecond !== undefined)
    return [...without, ...quietSteps(spec, perSecond).map(({ weight, says }) => `The step of ${weight} % ${says}.`)];
  const unread = `The traffic of the last hour could not be read, so it is not known whether each step gathers the ${needed} requests that it needs.`;
  return without.length > 0 ? without : [unread];
}

/** Rounded down, so that too few never read as enough; binary dust is no request less. */
function whole(requests: number): string {
  return String(Math.floor(requests + 1e-9));
}

function rate(perSecond: number): string {
  return perSecond >= 1
    ? `${Math.round(perSecond)} requests a second`
    : `${Math.round(perSecond * 60)} requests a minute`;
}
