import { workloadOf } from '../../drivers/shapes/layout-of.ts';
import { Refusal } from '../../rollout/refusal.ts';
import type { Retention } from '../../ports/rollout-store.ts';
import type { RunningSlot } from '../../rollout/running-slot.ts';
import type { PinnedImage } from '../../rollout/event-shapes.ts';
import type { SlotName } from '../../drivers/layout/layout.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { imageThatRuns } from './serving-image.ts';
import type { Part } from '../../ports/world.ts';

interface Kept {
  /** The slot that gets no traffic. */
  readonly name: SlotName;
  readonly slot: RunningSlot;
  readonly retention: Retention | undefined;
}

/**
 * The former version in the slot that is kept for it, as it really runs there, and the rollout that keeps it.
 * @throws Refusal where none is kept, or the slot runs something else
 */
export async function keptVersion(
  spec: RolloutSpec,
  { name, slot, retention }: Kept,
  world: Part<'runtime' | 'registry'>,
): Promise<{ readonly pinned: PinnedImage; readonly of: string }> {
  const { service } = spec;
  const instead = `name a version instead: sluice rollback ${service} --to <tag|digest|rollout> --reason "…"`;
  if (retention === undefined) throw new Refusal(`No former version of ${service} is kept; ${instead}.`);
  if (retention.slot !== name)
    throw new Refusal(
      `The former version of ${service} is kept in slot ${retention.slot}, which serves now; ${instead}.`,
    );
  const digests = await world.runtime.runningDigests(workloadOf(spec, name), spec.container);
  const [digest] = digests;
  if (digest === undefined) throw new Refusal(`Slot ${name} keeps no running task of the former version; ${instead}.`);
  if (digests.length > 1 || digest !== retention.digest) {
    throw new Refusal(
      `Slot ${name} runs ${digests.join(', ')}, not ${retention.digest ?? 'one version that the record knows'}: others deployed to it; ${instead}.`,
    );
  }
  return { pinned: await imageThatRuns(spec, slot.taskDefinition, digest, world), of: retention.rolloutId };
}
