import type { StoredSpec } from '../../ports/rollout-store.ts';
import type { PinnedImage, RollbackMark } from '../../rollout/event-shapes.ts';
import type { RolloutEvent } from '../../rollout/events.ts';
import type { Routing } from '../../rollout/routing.ts';
import type { RunningSlot } from '../../rollout/running-slot.ts';
import type { RolloutSpec, SlotName } from '../../specification/rollout-spec.ts';
import type { GreenBase } from './green-base.ts';
import type { AskedRollout } from './rollout-request.ts';

type OpenedEvent = Extract<RolloutEvent, { type: 'RolloutOpened' }>;

/** What was observed of a service before its rollout opens, and what follows from it. */
export interface OpeningFacts {
  readonly roles: { readonly blue: SlotName; readonly green: SlotName };
  readonly routings: readonly Routing[];
  readonly blue: RunningSlot;
  /** What blue's tasks run; several while another deployment is under way. */
  readonly blueDigests: readonly string[];
  readonly image: PinnedImage;
  /** Where the rollout goes back to. */
  readonly mark: RollbackMark | undefined;
  readonly base: GreenBase;
}

/** Returns the event that opens a rollout. */
export function openedEvent(
  asked: AskedRollout,
  { spec, version }: StoredSpec,
  { roles, routings, blue, blueDigests, image, mark, base }: OpeningFacts,
  from: Pick<OpenedEvent, 'executionArn' | 'traceId' | 'requester'>,
): OpenedEvent {
  return {
    type: 'RolloutOpened',
    service: spec.service,
    image,
    requestedBy: asked.requestedBy,
    why: asked.reason,
    pushedAt: asked.pushedAt,
    ...from,
    spec: { ...spec, steps: stepsOf(spec, mark) },
    specVersion: version,
    ...roles,
    blueTaskDefinition: blue.taskDefinition,
    greenBase: base.arn,
    configuration: base.difference,
    ...(asked.sameImage === true ? { sameImage: true } : {}),
    blueCount: blue.desired,
    blueDigest: blueDigests.length === 1 ? blueDigests[0] : undefined,
    restorePlan: routings.map(({ kind, arn, actions, conditions, priority }) => ({
      ...{ kind, arn, actions, conditions, priority },
    })),
    rollback: mark,
  };
}

/** A version that is kept gets everything at once: a person has decided for it. */
function stepsOf({ steps, rollback }: RolloutSpec, mark: RollbackMark | undefined): RolloutSpec['steps'] {
  if (mark === undefined) return steps;
  return mark.to === 'kept' ? rollback.steps.slice(-1) : rollback.steps;
}
