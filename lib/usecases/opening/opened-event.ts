import type { StoredSpec } from '../../ports/rollout-store.ts';
import type { PinnedImage, RequestedRollback } from '../../rollout/event-shapes.ts';
import type { RolloutEvent } from '../../rollout/events.ts';
import type { Routing } from '../../drivers/rules/routing.ts';
import type { RunningSlot } from '../../rollout/running-slot.ts';
import type { SlotName } from '../../drivers/layout/layout.ts';
import type { GreenBase } from './green-base.ts';
import type { AskedRollout } from './rollout-request.ts';
import type { TakenSteps } from './steps-to-take.ts';

type OpenedEvent = Extract<RolloutEvent, { type: 'RolloutOpened' }>;

/** What was observed of a service before its rollout opens, and what follows from it. */
export interface OpeningFacts {
  readonly roles: { readonly blue: SlotName; readonly green: SlotName };
  /** What every rule looks like. */
  readonly restorePlan: OpenedEvent['restorePlan'];
  readonly blue: RunningSlot;
  /** What blue's tasks run; several while another deployment is under way. */
  readonly blueDigests: readonly string[];
  readonly image: PinnedImage;
  /** Where the rollout goes back to. */
  readonly rollback: RequestedRollback | undefined;
  readonly base: GreenBase;
  readonly taken: TakenSteps;
  /** What earlier healthy rollouts taught; absent where nothing is judged, or nothing was taught. */
  readonly learned: OpenedEvent['learned'];
}

/** Returns the event that opens a rollout. */
export function openedEvent(
  asked: AskedRollout,
  { spec, version }: StoredSpec,
  { roles, restorePlan, blue, blueDigests, image, rollback, base, taken, learned }: OpeningFacts,
  { closedThen, ...from }: Pick<OpenedEvent, 'executionArn' | 'traceId' | 'requester' | 'closedThen'>,
): OpenedEvent {
  return {
    type: 'RolloutOpened',
    service: spec.service,
    image,
    requestedBy: asked.requestedBy,
    why: asked.reason,
    pushedAt: asked.pushedAt,
    ...(asked.askedAt !== undefined && { askedAt: asked.askedAt }),
    ...(asked.release !== undefined && { release: asked.release }),
    ...(asked.drill !== undefined && { drill: asked.drill }),
    ...(asked.preset !== undefined && { preset: asked.preset }),
    ...(closedThen !== undefined && { closedThen }),
    ...from,
    spec: { ...spec, steps: taken.steps },
    ...taken.said,
    specVersion: version,
    ...roles,
    blueTaskDefinition: blue.taskDefinition,
    greenBase: base.arn,
    configuration: base.difference,
    ...(asked.sameImage === true ? { sameImage: true } : {}),
    blueCount: blue.desired,
    blueDigest: blueDigests.length === 1 ? blueDigests[0] : undefined,
    restorePlan,
    ...(learned !== undefined && { learned }),
    rollback,
  };
}

/** Returns what is kept of every rule, so that it can be put back. */
export function restorePlanOf(routings: readonly Routing[]): OpenedEvent['restorePlan'] {
  return routings.map(({ kind, arn, actions, conditions, priority }) => ({ kind, arn, actions, conditions, priority }));
}
