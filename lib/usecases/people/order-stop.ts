import type { Caller } from '../../approval/caller.ts';
import { type Calling, factsOfCaller, recognize } from '../../approval/judge-caller.ts';
import { ConcurrentWrite, type RolloutStore } from '../../ports/rollout-store.ts';
import { rolloutsOf, shortened, type StopScope } from '../../ports/stops.ts';
import type { Part } from '../../ports/world.ts';
import type { CommandAnswer, StopRequest, WaitingEnd } from './command-request.ts';

/** As much of the world as a stop touches. */
export interface StopNeeds extends Part<'now'> {
  readonly store: Pick<RolloutStore, 'spec' | 'stops' | 'putStop' | 'endStop' | 'waiting' | 'cancelWaiting'>;
}

/**
 * Begins or ends a stop of a service, or of the stage, or forgets a request that waits, under the principal that AWS verified. A stop is kept with who called, and both
 * its beginning and its end are kept for later. A stop is made shorter by whom IAM was asked about, as it is ended.
 * @param identify asks IAM who calls
 */
export async function orderStop(
  request: StopRequest | WaitingEnd,
  calling: Calling,
  world: StopNeeds,
  identify: () => Promise<Caller>,
): Promise<CommandAnswer> {
  if (request.command === 'cancelWaiting') return endWaiting(request, calling, world);
  const { service, reason } = request;
  const scope: StopScope = service === undefined ? {} : { service };
  const now = world.now();
  const at = now.toISOString();
  const who = await callerIn(
    scope,
    (await endsSooner(request, scope, now, world)) ? { ...calling, caller: await identify() } : calling,
    world,
  );
  if ('outcome' in who) return who;
  if (request.command === 'thaw') {
    if (await world.store.endStop(scope, { ...who, reason, at })) return { outcome: 'done', by: who.by, at };
    return refused(`${rolloutsOf(scope)} not stopped.`);
  }
  const { until } = request;
  if (until !== undefined && Date.parse(until) <= now.getTime())
    return refused(`The end of the stop, ${until}, has passed.`);
  await world.store.putStop(scope, { ...who, reason, at, ...(until !== undefined && { until }) });
  return { outcome: 'done', by: who.by, at };
}

/** A stop that takes the place of a longer one lets rollouts go on sooner. */
async function endsSooner(request: StopRequest, scope: StopScope, now: Date, { store }: StopNeeds): Promise<boolean> {
  if (request.command === 'thaw' || request.until === undefined) return false;
  return shortened(await store.stops(scope.service ?? ''), scope, request.until, now) !== undefined;
}

async function endWaiting({ service }: WaitingEnd, calling: Calling, world: StopNeeds): Promise<CommandAnswer> {
  const waiting = await world.store.waiting(service);
  if (waiting === undefined) return refused(`No request of ${service} waits.`);
  const by = calling.as ?? calling.user;
  const { image } = waiting.request;
  const ends = {
    by,
    ...factsOfCaller(calling.caller),
    reason: `the request of ${image} that waited was forgotten`,
    at: world.now().toISOString(),
  };
  try {
    const isForgotten = await world.store.cancelWaiting(service, waiting.id, ends);
    if (isForgotten) return { outcome: 'done', by, image };
    return refused(`The request of ${image} does not wait any more: it has begun, or a newer one waits in its place.`);
  } catch (error) {
    if (error instanceof ConcurrentWrite) return refused(error.message);
    throw error;
  }
}

type Who = { readonly by: string } & ReturnType<typeof factsOfCaller>;

/** The name for the record; a name that AWS contradicts is refused where the spec of a service says so. */
async function callerIn({ service }: StopScope, calling: Calling, { store }: StopNeeds): Promise<Who | CommandAnswer> {
  const facts = factsOfCaller(calling.caller);
  if (service === undefined) return { by: calling.as ?? calling.user, ...facts };
  const applied = await store.spec(service);
  if (applied === undefined) return refused(`No spec is applied for service "${service}".`);
  const { by, contradiction } = recognize(applied.spec.approvals, calling);
  return contradiction === undefined ? { by, ...facts } : refused(contradiction);
}

function refused(reason: string): CommandAnswer {
  return { outcome: 'refused', reason };
}
