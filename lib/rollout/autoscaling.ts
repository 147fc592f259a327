import * as z from 'zod';
import { flag, number } from './event-shapes.ts';

/** How Application Auto Scaling scales an ECS service: its limits, and which of its activities are suspended. */
export const autoscaling = z
  .object({
    min: number,
    max: number,
    suspended: z
      .object({
        scaleIn: flag,
        scaleOut: flag,
        /** Scheduled actions. */
        scheduled: flag,
      })
      .readonly(),
  })
  .readonly();
export type Autoscaling = z.output<typeof autoscaling>;

/** Fields of the autoscaling of both slots as a rollout found it; absent for a slot that nothing scales. */
export const autoscalingOfBoth = { blue: autoscaling.optional(), green: autoscaling.optional() };
export const foundAutoscaling = z.object(autoscalingOfBoth).readonly();
export type FoundAutoscaling = z.output<typeof foundAutoscaling>;

/**
 * Blue for as long as a rollout runs: never fewer tasks than now, as it has to carry everything again if green fails. Its load
 * falls with every step, which is what a scaling policy would shrink it for. Scaling out stays as it was.
 * @param count tasks that blue has now
 */
export function pinned(found: Autoscaling, count: number): Autoscaling {
  return {
    min: count,
    max: Math.max(found.max, count),
    suspended: { ...found.suspended, scaleIn: true, scheduled: true },
  };
}

/**
 * Green for as long as a rollout runs: the rollout sizes it, and its policies may add to that under load but never take away.
 * @param blue what green stands in for; its limit is green's
 * @param count tasks that blue has now
 */
export function sizedByRollout(found: Autoscaling, blue: Autoscaling | undefined, count: number): Autoscaling {
  return {
    min: 0,
    max: Math.max(found.max, blue?.max ?? 0, count),
    suspended: { scaleIn: true, scheduled: true, scaleOut: (blue ?? found).suspended.scaleOut },
  };
}

/**
 * A slot without traffic. With its usual minimum, or a scheduled action, Application Auto Scaling would start tasks of a version
 * that nobody wants: a slot that was scaled to one task or to none would have two again.
 */
export function parked(found: Autoscaling): Autoscaling {
  return { min: 0, max: found.max, suspended: { scaleIn: true, scaleOut: true, scheduled: true } };
}

/** In words for people: `2 to 10 tasks, scaling in suspended`. */
export function describeAutoscaling({ min, max, suspended }: Autoscaling): string {
  const off = [
    ...(suspended.scaleIn ? ['scaling in'] : []),
    ...(suspended.scaleOut ? ['scaling out'] : []),
    ...(suspended.scheduled ? ['scheduled actions'] : []),
  ];
  return `${min} to ${max} tasks${off.length === 0 ? '' : `, ${off.join(', ')} suspended`}`;
}
