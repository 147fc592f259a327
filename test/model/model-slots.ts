import type { RunningSlot } from '../../lib/rollout/running-slot.ts';

/** One slot's ECS service. */
export interface ModelSlot {
  taskDefinition: string;
  desired: number;
  digest: string;
  deploymentId: string;
}

/** Slots by their service, and which service registers its tasks with a target group. */
export interface ModelSlots {
  readonly slots: Map<string, ModelSlot>;
  readonly groups: ReadonlyMap<string, string>;
}

/** @throws Error where the model has no such service */
export function slotNamed({ slots }: Pick<ModelSlots, 'slots'>, service: string): ModelSlot {
  const slot = slots.get(service);
  if (slot === undefined) throw new Error(`the model has no service ${service}`);
  return slot;
}

/** @throws Error where nothing registers its tasks there */
export function slotBehind(model: ModelSlots, targetGroup: string): ModelSlot {
  return slotNamed(model, model.groups.get(targetGroup) ?? `of target group ${targetGroup}`);
}

/** What ECS says of a service; `undefined` where there is none. */
export function runningSlot({ slots, groups }: ModelSlots, service: string): RunningSlot | undefined {
  const slot = slots.get(service);
  if (slot === undefined) return undefined;
  const targetGroups = [...groups].filter(([, owner]) => owner === service).map(([group]) => group);
  const { taskDefinition, desired, deploymentId } = slot;
  return { service, active: true, taskDefinition, desired, running: desired, deploymentId, targetGroups };
}
