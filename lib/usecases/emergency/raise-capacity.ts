import { groupsWithTraffic } from '../../drivers/rules/routing.ts';
import { layoutOf, trafficOf, workloadOf } from '../../drivers/shapes/layout-of.ts';
import { shapeOf } from '../../drivers/shapes/registry.ts';
import type { SlotName } from '../../drivers/layout/layout.ts';
import type { TargetHealth } from '../../drivers/traffic-router.ts';
import type { Part } from '../../ports/world.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { knownRollout } from '../ownership/known-rollout.ts';
import { change, type EmergencyInput, wantedEmergency } from './emergency-input.ts';
import { tellPart } from './tell-emergency.ts';

type Needs = Part<'emergencies' | 'store' | 'router' | 'runtime' | 'capacity' | 'now'>;

/**
 * State `RaiseCapacity`: the sides that users are sent to get as many tasks as the service had, within the limit of their
 * autoscaling, and one of which every target is unhealthy gets new tasks. Once an emergency. No weight is written, and no task is taken away
 * from a side that has a healthy target, or one that is just starting: ECS replaces what its load balancer finds unhealthy by itself.
 */
export async function raiseCapacity(input: EmergencyInput, world: Needs): Promise<{ readonly outcome: 'done' }> {
  const stored = await wantedEmergency(input, world);
  if (stored === undefined || stored.record.capacityAt !== undefined) return { outcome: 'done' };
  const applied = await world.store.spec(input.service);
  if (applied === undefined) return { outcome: 'done' };
  const { spec } = applied;
  const { state } = await knownRollout(world.store, stored.record.toldIn);
  const { sizedAhead } = shapeOf(spec).cannot;
  if (sizedAhead !== undefined) {
    await change(input, stored, { capacityAt: world.now().toISOString() }, world);
    const reason = `driver ${shapeOf(spec).name} starts no tasks: ${sizedAhead}`;
    await tellPart(stored.record, 'capacity', 'capacity', { reason }, world);
    return { outcome: 'done' };
  }
  const sides = await sidesInUse(spec, state.blueCount, world);
  const done: string[] = [];
  for (const { slot, desired, wanted } of sides) {
    if (desired >= wanted) continue;
    const workload = workloadOf(spec, slot);
    await world.runtime.scale(workload, wanted);
    done.push(`${workload.service} gets ${wanted} tasks, it had ${desired}`);
  }
  // Before tasks are stopped: a call that is repeated must not stop those that came since.
  await change(input, stored, { capacityAt: world.now().toISOString() }, world);
  for (const { slot, isDead } of sides) {
    if (!isDead) continue;
    const workload = workloadOf(spec, slot);
    try {
      const stopped = await world.runtime.stopTasks(workload, 0, stopReason);
      done.push(`${workload.service} has no healthy target: ${stopped} tasks are stopped, and ECS starts new ones`);
    } catch (error) {
      const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      const reason = `Not all tasks of ${workload.service} could be stopped (${why.slice(0, 300)}). Stop those that hang: aws ecs stop-task --cluster ${workload.cluster} --task <task>`;
      await tellPart(stored.record, 'capacity', `stop-${slot}`, { reason }, world);
    }
  }
  const what =
    done.length > 0 ? done.join('; ') : 'the sides that users reach have their tasks; nothing was started anew';
  await tellPart(stored.record, 'capacity', 'capacity', { what }, world);
  return { outcome: 'done' };
}

/** What ECS shows of a task that was stopped here. */
const stopReason = 'sluice emergency: no target of its service was healthy';

interface SideInUse {
  readonly slot: SlotName;
  readonly desired: number;
  /** Tasks that it should have. */
  readonly wanted: number;
  /** No target of it is healthy or starting. */
  readonly isDead: boolean;
}

/** Targets that are still starting are left the time that they need. */
const isDead = ({ unhealthy, total }: TargetHealth) => total > 0 && unhealthy === total;

async function sidesInUse(spec: RolloutSpec, usual: number, world: Needs): Promise<readonly SideInUse[]> {
  const routings = await world.router.find(trafficOf(spec));
  const used = groupsWithTraffic(routings);
  const sides: SideInUse[] = [];
  for (const slot of ['a', 'b'] as const) {
    const groups = layoutOf(spec)
      .groupsOf(slot)
      .filter((group) => used.includes(group));
    const workload = workloadOf(spec, slot);
    const found = groups.length === 0 ? undefined : await world.runtime.describe(workload);
    if (found?.active !== true) continue;
    const health = await Promise.all(groups.map((group) => world.router.targetHealth(group)));
    const most = (await world.capacity.autoscalingOf(workload))?.max;
    const wanted = Math.max(found.desired, Math.min(Math.max(1, usual), most ?? Infinity));
    sides.push({ slot, desired: found.desired, wanted, isDead: health.every(isDead) });
  }
  return sides;
}
