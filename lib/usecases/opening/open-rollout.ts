import * as z from 'zod';
import { requesterToOpen } from '../../approval/requester-of.ts';
import { Refusal } from '../../rollout/refusal.ts';
import { everyCheck } from '../../checks/pre-checks.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { RolloutSpec } from '../../specification/rollout-spec.ts';
import { calendarFrom, calendarOfStage } from '../../calendar/of-stage.ts';
import { readCalendar } from '../calendar/read-calendar.ts';
import { takeUpAbandoned } from './abandoned-rollout.ts';
import { holderText, sharedPlaces } from '../ownership/other-holders.ts';
import { armGuard, disarmGuard } from '../ownership/guard.ts';
import { decideOpening, mayWait, namesOf } from './decide-opening.ts';
import { observeOpening } from './observe-opening.ts';
import { openedEvent } from './opened-event.ts';
import { pinImage } from './pin-image.ts';
import { assertNewest } from './push-order.ts';
import { refuseHotfix, takenSpec } from './hotfix-lane.ts';
import { refuseDrill } from './refuse-drill.ts';
import { type AskedRollout, rolloutRequest } from './rollout-request.ts';
import { waitForCalendar } from './wait-for-calendar.ts';
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
  | 'store'
  | 'emergencies'
  | 'incidents'
  | 'rollbacks'
  | 'router'
  | 'runtime'
  | 'registry'
  | 'schedules'
  | 'metrics'
  | 'installation'
  | 'now'
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
  const spec = takenSpec(asked, applied.spec);
  const { rolloutId, traceId } = namesOf(spec.service, input);
  const known = await store.load(rolloutId);
  if (known !== undefined) return opened(known.state);

  await assertNewest(spec.service, asked, world);
  const { retention, ...service } = await store.service(spec.service);
  await refuseDrill(asked, spec, retention, world);
  let decision = decideOpening(asked, service);
  let closedThen: string | undefined;
  if (decision.outcome === 'open' && asked.rollback === undefined) {
    const calendar = await readCalendar(spec.service, spec, undefined, world);
    decision = decideOpening(asked, { ...service, calendar });
    if (asked.preset !== undefined && !calendar.open) closedThen = calendar.reason;
  }
  if (decision.outcome === 'busy') return waitFor(decision.lockedBy, input, asked, spec, world);
  if (decision.outcome === 'closed') return waitForCalendar(decision.look, asked, input, spec, world);
  const facts = await observeOpening(asked, spec, retention, world);
  if (facts.rollback === undefined) await refuseSharedPlace(spec, store);
  const requester = requesterToOpen(asked, spec, facts.image.repositoryUri, input.executionArn, now());
  refuseHotfix(asked, spec, requester);
  const from = { executionArn: input.executionArn, traceId: asked.traceId ?? traceId, requester, closedThen };
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
 * Refuses where another service holds what this one shifts: such specs were applied before `apply` compared them, or at the moment in which a
 * rollout of the other one opened. It never holds up a rollback to a version that the record proves. What cannot be read of another service
 * is skipped.
 */
async function refuseSharedPlace(spec: RolloutSpec, store: Needs['store']): Promise<void> {
  const {
    shared: [shared],
  } = await sharedPlaces(spec, store, 'skipped');
  if (shared === undefined) return;
  const { who, ends } = holderText(shared);
  throw new Refusal(
    `${who} names ${shared.what}, which only one service may shift or scale, and the spec of ${spec.service} in force names it too. Apply a spec of ${spec.service} that names something else, or ${ends}, then start again.`,
  );
}

/** What of the calendar the rollout keeps with its state; nothing where the spec has none. */
function calendarOf(spec: RolloutSpec, { installation, now }: Needs): Partial<RolloutSpec> {
  if (spec.windows === undefined && spec.freezes === undefined) return {};
  const { windows, freezes } = calendarFrom(calendarOfStage(spec, installation.stage), now());
  return { ...(windows && { windows: [...windows] }), ...(freezes && { freezes: [...freezes] }) };
}

/** While another rollout runs: who goes back must not wait for it, everybody else as the spec says. */
async function waitFor(
  lockedBy: string,
  { executionArn, startedAt }: z.output<typeof openRolloutInput>,
  asked: AskedRollout,
  spec: RolloutSpec,
  world: Needs,
): Promise<OpenRolloutOutput> {
  const { image, requestedBy, requester, reason, traceId, service, taskDefinition, pushedAt, askedAt } = asked;
  const isGoingBack = await takeUpAbandoned(lockedBy, world);
  if (image === undefined || !mayWait(asked, spec)) {
    throw busy(spec.service, lockedBy, isGoingBack);
  }
  const { digest } = await pinImage(image, spec, world);
  return whenBusy(
    spec,
    lockedBy,
    {
      request: { service, image, requestedBy, requester, reason, traceId, taskDefinition, pushedAt, askedAt },
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
}: Pick<RolloutState, 'rolloutId' | 'service' | 'image' | 'rollback'>): OpenRolloutOutput {
  // Who goes back is not held up by a freeze, an open alarm or an image's age: only by slots that do not fit.
  const checks = [rollback === undefined ? everyCheck : 'slots'];
  return { outcome: 'opened', rolloutId, fence: firstFence, service, image: image.tag ?? image.digest, checks };
}

function rejected(reason: string): OpenRolloutOutput {
  return { outcome: 'rejected', reason: reason.slice(0, longestReason) };
}
