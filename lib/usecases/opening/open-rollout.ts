import { trafficOf, workloadOf } from '../../drivers/shapes/layout-of.ts';
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { requesterToOpen } from '../../approval/requester-of.ts';
import { Refusal } from '../../rollout/refusal.ts';
import type { Hold } from '../../ports/releases.ts';
import type { Retention } from '../../ports/rollout-store.ts';
import type { RunningSlot } from '../../rollout/running-slot.ts';
import { checksOfSpec, preCheckNamesOf } from '../../checks/pre-checks.ts';
import { turnsOn } from '../../checks/turned-on.ts';
import { driverOf } from '../../drivers/registry.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { calendarFrom, calendarOfStage } from '../../calendar/of-stage.ts';
import { lookAtCalendar } from '../calendar/look-at-calendar.ts';
import { takeUpAbandoned } from './abandoned-rollout.ts';
import { armGuard, disarmGuard } from '../ownership/guard.ts';
import { greenBase } from './green-base.ts';
import { openedEvent, type OpeningFacts, restorePlanOf } from './opened-event.ts';
import { learnedSoFar } from './learned-so-far.ts';
import { pinImage, refuseNamesake } from './pin-image.ts';
import { assertNewestPush } from './push-order.ts';
import { refuseSame } from './refuse-same.ts';
import { type AskedRollout, rolloutRequest } from './rollout-request.ts';
import { stepsToTake } from './steps-to-take.ts';
import { waitForCalendar } from './wait-for-calendar.ts';
import { wantedImage } from './wanted-image.ts';
import { busy, whenBusy } from './when-busy.ts';
import type { Part } from '../../ports/world.ts';

export const openRolloutInput = z.object({
  /** Whatever started the execution; a person may have typed it. */
  request: z.unknown(),
  executionArn: z.string(),
  startedAt: z.iso.datetime(),
});

/** The right that comes with opening. Somebody who took over since has a newer one, which a repeated call must not get. */
const firstFence = 1;
/** Step Functions takes a cause of 32,768 characters; a person reads fewer. */
const longestReason = 2000;

export type OpenRolloutOutput =
  | {
      readonly outcome: 'opened';
      readonly rolloutId: string;
      readonly fence: number;
      readonly service: string;
      readonly image: string;
      readonly checks: readonly string[];
    }
  | { readonly outcome: 'queued'; readonly reason: string }
  | { readonly outcome: 'rejected'; readonly reason: string };

type Needs = Part<
  'store' | 'rollbacks' | 'router' | 'runtime' | 'registry' | 'schedules' | 'metrics' | 'surroundings' | 'now'
>;

/**
 * State `OpenRollout`: validates the request, pins the image to a digest, tells blue from green, takes the service's lock and
 * keeps what every rule looked like. The guard is set before the lock is taken. What a person has to change comes back as a
 * rejection with nothing touched.
 */
export async function openRollout(input: z.output<typeof openRolloutInput>, world: Needs): Promise<OpenRolloutOutput> {
  const parsed = rolloutRequest.safeParse(input.request);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) => [...path, message].join(': ')).join('; ');
    return rejected(`The input must look like {"service": "web", "image": "412-9f8d111"}: ${wrong}.`);
  }
  try {
    return await open(input, parsed.data, world);
  } catch (error) {
    if (error instanceof Refusal) return rejected(error.message);
    throw error;
  }
}

async function open(
  input: z.output<typeof openRolloutInput>,
  asked: AskedRollout,
  world: Needs,
): Promise<OpenRolloutOutput> {
  const { store, now } = world;
  const applied = await store.spec(asked.service);
  if (applied === undefined) {
    throw new Refusal(
      `No spec is applied for service "${asked.service}"; apply one with: sluice apply rollouts/<service>.yml`,
    );
  }
  const { spec } = applied;
  const id = createHash('sha256').update(input.executionArn).digest('hex');
  const rolloutId = `${spec.service}-${input.startedAt.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}-${id.slice(0, 6)}`;
  const known = await store.load(rolloutId);
  if (known !== undefined) return opened(known.state);

  if (asked.pushedAt !== undefined) await assertNewestPush(spec.service, asked.pushedAt, world);
  const { retention, hold, ...found } = await store.service(spec.service);
  const lockedBy = found.lockedBy ?? holderFor(asked, hold);
  if (lockedBy !== undefined) return waitFor(lockedBy, input, asked, spec, world);
  const look = asked.rollback === undefined ? await lookAtCalendar(spec.service, spec, undefined, world) : undefined;
  // Nothing holds up ways back. Under maintenance it may open: its image may be what ends it.
  if (look?.open === false && look.kind !== 'maintenance') return waitForCalendar(look, asked, input, spec, world);
  const facts = await observed(asked, spec, retention, world);
  const requester = requesterToOpen(asked, spec, facts.image.repositoryUri, input.executionArn, now());
  const from = { executionArn: input.executionArn, traceId: asked.traceId ?? id.slice(0, 32), requester };
  const event = openedEvent(asked, { ...applied, spec: { ...spec, ...calendarOf(spec, world) } }, facts, from);
  await armGuard({ ...event, rolloutId }, world);
  const result = await store.open(rolloutId, event, now().toISOString());
  if (result.outcome === 'busy') {
    await disarmGuard({ rolloutId, fence: 1 }, world);
    return waitFor(result.lockedBy, input, asked, spec, world);
  }
  return opened({ ...event, rolloutId });
}

/**
 * The release that holds the service, where that keeps a rollout from opening: ways back are held up by none.
 * @throws Refusal for a rollout of a release that holds the service no longer
 */
function holderFor({ release, rollback, service }: AskedRollout, hold: Hold | undefined): string | undefined {
  if (release === hold?.releaseId) return undefined;
  if (release !== undefined) throw new Refusal(`Release ${release} does not hold ${service} any more.`);
  return rollback === undefined ? hold?.releaseId : undefined;
}

/** What of the calendar the rollout keeps with its state; nothing where the spec has none. */
function calendarOf(spec: RolloutSpec, { surroundings, now }: Needs): Partial<RolloutSpec> {
  if (spec.windows === undefined && spec.freezes === undefined) return {};
  const { windows, freezes } = calendarFrom(calendarOfStage(spec, surroundings.stage), now());
  return { ...(windows && { windows: [...windows] }), ...(freezes && { freezes: [...freezes] }) };
}

/**
 * Observes rules, slots and images, and pins what green gets.
 * @throws Refusal where a person has to change something first
 */
async function observed(
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
  const { image, mark } = await wantedImage(asked, spec, kept, running, world);
  if (asked.image !== undefined && spec.image.registry === undefined)
    refuseNamesake(spec, image, await runtime.imageOf(blue.taskDefinition, spec.container));
  // Who goes back must not depend on what infrastructure code registered since.
  const way = mark === undefined ? spec : { ...spec, taskDefinition: 'blue' as const };
  const base = await greenBase(way, blue.taskDefinition, asked.taskDefinition, runtime);
  const isSameImage = blueDigests.length === 1 && blueDigests[0] === image.digest;
  if (isSameImage) refuseSame(asked, spec, { image, slot: roles.blue, base, blueTaskDefinition: blue.taskDefinition });
  const sides = { blue: roles.blue, green: roles.green };
  const restorePlan = restorePlanOf(routings);
  const taken = await stepsToTake({ spec, ...sides, restorePlan }, mark, world);
  // Ways back wait for nothing that they can do without.
  const learned = mark === undefined ? await learnedSoFar(spec, world.store) : undefined;
  return {
    roles: sides,
    restorePlan,
    blue,
    blueDigests,
    image,
    mark,
    base,
    taken,
    learned: learned?.rollouts === 0 ? undefined : learned,
  };
}

/** While another rollout runs: who goes back must not wait for it, everybody else as the spec says. */
async function waitFor(
  lockedBy: string,
  { executionArn, startedAt }: z.output<typeof openRolloutInput>,
  asked: AskedRollout,
  spec: RolloutSpec,
  world: Needs,
): Promise<OpenRolloutOutput> {
  const { image, requestedBy, requester, reason, traceId, rollback, service, taskDefinition, pushedAt } = asked;
  const isGoingBack = await takeUpAbandoned(lockedBy, world);
  if (rollback !== undefined || image === undefined || asked.release !== undefined || spec.onBusy === 'reject') {
    throw busy(spec.service, lockedBy, isGoingBack);
  }
  const { digest } = await pinImage(image, spec, world);
  return whenBusy(
    spec,
    lockedBy,
    {
      request: { service, image, requestedBy, requester, reason, traceId, taskDefinition, pushedAt },
      ...{ digest, executionArn, startedAt },
    },
    world,
  );
}

function opened({
  rolloutId,
  service,
  image,
  rollback,
  spec,
}: Pick<RolloutState, 'rolloutId' | 'service' | 'image' | 'rollback' | 'spec'>): OpenRolloutOutput {
  // Who goes back is not held up by a freeze, an open alarm or an image's age: only by slots that do not fit.
  const ofSpec = turnsOn(spec) ? [checksOfSpec] : [];
  const checks = rollback === undefined ? [...preCheckNamesOf(spec), ...ofSpec] : ['slots'];
  return { outcome: 'opened', rolloutId, fence: firstFence, service, image: image.tag ?? image.digest, checks };
}

function rejected(reason: string): OpenRolloutOutput {
  return { outcome: 'rejected', reason: reason.slice(0, longestReason) };
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
