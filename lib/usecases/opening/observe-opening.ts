import { driverOf } from '../../drivers/registry.ts';
import { trafficOf, workloadOf } from '../../drivers/shapes/layout-of.ts';
import type { Retention } from '../../ports/rollout-store.ts';
import type { Part } from '../../ports/world.ts';
import { Refusal } from '../../rollout/refusal.ts';
import { drillSteps } from '../../specification/drill-steps.ts';
import type { RunningSlot } from '../../rollout/running-slot.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { greenBase } from './green-base.ts';
import { learnedSoFar } from './learned-so-far.ts';
import { type OpeningFacts, restorePlanOf } from './opened-event.ts';
import { refuseNamesake } from './pin-image.ts';
import { refuseSame } from './refuse-same.ts';
import type { AskedRollout } from './rollout-request.ts';
import { stepsToTake } from './steps-to-take.ts';
import { wantedImage } from './wanted-image.ts';

type Needs = Part<'store' | 'router' | 'runtime' | 'registry' | 'metrics' | 'now'>;

/**
 * Observes rules, slots and images, and pins what green gets.
 * @throws Refusal where a person has to change something first
 */
export async function observeOpening(
  asked: AskedRollout,
  spec: RolloutSpec,
  retention: Retention | undefined,
  world: Needs,
): Promise<OpeningFacts> {
  const { router, runtime } = world;
  const routings = await router.read(trafficOf(spec));
  const roles = driverOf(spec).rolesOf(spec, routings);
  if (roles.outcome === 'unclear') throw new Refusal(`It is not clear which slot serves: ${roles.reason}.`);
  const blue = await slotOf(spec, roles.blue, world);
  const green = await slotOf(spec, roles.green, world);
  const blueDigests = await runtime.runningDigests(workloadOf(spec, roles.blue), spec.container);
  const kept = { name: roles.green, slot: green, retention };
  const running = { taskDefinition: blue.taskDefinition, digests: blueDigests };
  const { image, rollback } = await wantedImage(asked, spec, kept, running, world);
  if (asked.image !== undefined && spec.image.registry === undefined)
    refuseNamesake(spec, image, await runtime.imageOf(blue.taskDefinition, spec.container));
  // A rollback and a drill must not pick up task definitions registered after the version that they run.
  const isPinned = rollback !== undefined || asked.drill !== undefined;
  const way = isPinned ? { ...spec, taskDefinition: 'blue' as const } : spec;
  const base = await greenBase(way, blue.taskDefinition, asked.taskDefinition, runtime);
  const isSameImage = blueDigests.length === 1 && blueDigests[0] === image.digest;
  if (isSameImage && asked.drill === undefined)
    refuseSame(asked, spec, { image, slot: roles.blue, base, blueTaskDefinition: blue.taskDefinition });
  const sides = { blue: roles.blue, green: roles.green };
  const restorePlan = restorePlanOf(routings);
  const taken =
    asked.drill === undefined
      ? await stepsToTake({ spec, ...sides, restorePlan }, rollback, world)
      : { steps: drillSteps(spec) };
  // A rollback waits for nothing that it can do without.
  const learned = rollback === undefined ? await learnedSoFar(spec, world.store) : undefined;
  return {
    roles: sides,
    restorePlan,
    blue,
    blueDigests,
    image,
    rollback,
    base,
    taken,
    learned: learned?.rollouts === 0 ? undefined : learned,
  };
}

async function slotOf(spec: RolloutSpec, name: 'a' | 'b', { runtime }: Part<'runtime'>): Promise<RunningSlot> {
  const workload = workloadOf(spec, name);
  const found = await runtime.describe(workload);
  if (found?.active !== true) {
    throw new Refusal(
      `ECS service ${workload.service} of slot ${name} is not active in cluster ${spec.cluster}; create it or correct \`slots\`.`,
    );
  }
  return found;
}
