import { layoutOf, trafficOf, workloadOf } from '../drivers/shapes/layout-of.ts';
import { rolesOf } from '../drivers/rules/routing.ts';
import type { SlotRuntime } from '../drivers/slot-runtime.ts';
import type { TrafficRouter } from '../drivers/traffic-router.ts';
import type { RolloutStore, StoredRollout } from '../ports/rollout-store.ts';
import { isActive } from '../rollout/phase.ts';
import { plainMessage } from '../specification/text/plain-text.ts';
import type { RolloutSpec } from '../specification/rollout-spec.ts';
import { runningRow, type RunningRow } from '../view/service-row.ts';

/** What serves of one service. */
export interface LiveVersion {
  readonly service: string;
  /** What the image is called; `undefined` where the record knows its digest alone, or nothing. */
  readonly version: string | undefined;
  readonly digest: string | undefined;
  /** The rollout that brought it, when it ended and who requested it; `undefined` for a version from before the first rollout. */
  readonly rollout:
    | { readonly rolloutId: string; readonly since: string; readonly requestedBy: string; readonly goesBack: boolean }
    | undefined;
  /** The rollout under way, which shares the traffic. */
  readonly running: RunningRow | undefined;
  /** Whether ECS and the load balancer show the same. */
  readonly seen: SeenLive;
}

/** What ECS and the load balancer say of what the record has. */
export type SeenLive =
  | { readonly is: 'asRecorded'; readonly slot: 'a' | 'b' }
  /** In words what is otherwise. */
  | { readonly is: 'otherwise' | 'unknown' | 'underWay'; readonly what: string };

/** What the versions are read from. Nothing of it writes. */
export interface LiveReaders {
  readonly store: Pick<RolloutStore, 'services' | 'list' | 'service' | 'load' | 'spec'>;
  /** `undefined` where the record alone is asked. */
  readonly live:
    | {
        readonly router: Pick<TrafficRouter, 'read'>;
        readonly runtime: Pick<SlotRuntime, 'runningDigests'>;
      }
    | undefined;
}

/** Rollouts that are looked through for the one that brought the version that serves. */
const earlierRollouts = 20;
/** Services that are read at the same time: ECS and the load balancers count calls. */
const atOnce = 5;

/** Reads what serves, of every service of a stage, by name. */
export async function readLive(readers: LiveReaders): Promise<readonly LiveVersion[]> {
  const names = [...new Set(await readers.store.services())].toSorted();
  const found: LiveVersion[] = [];
  for (let start = 0; start < names.length; start += atOnce) {
    found.push(...(await Promise.all(names.slice(start, start + atOnce).map((name) => readVersion(name, readers)))));
  }
  return found;
}

async function readVersion(service: string, { store, live }: LiveReaders): Promise<LiveVersion> {
  const [{ lockedBy }, rollouts, applied] = await Promise.all([
    store.service(service),
    store.list(service, earlierRollouts),
    store.spec(service),
  ]);
  const [brought, locking] = await Promise.all([
    broughtBy(rollouts, store),
    lockedBy === undefined ? undefined : store.load(lockedBy),
  ]);
  const oldest = rollouts.at(-1);
  const before = brought === undefined && oldest !== undefined ? await store.load(oldest.rolloutId) : undefined;
  const digest = brought?.state.image.digest ?? before?.state.blueDigest;
  const running = locking !== undefined && isActive(locking.state) ? runningRow(locking) : undefined;
  return {
    ...{ service, version: brought?.state.image.tag, digest, running },
    rollout: brought && rolloutOf(brought),
    seen:
      running === undefined
        ? await seenLive(applied?.spec, digest, live)
        : { is: 'underWay', what: 'a rollout shares the traffic' },
  };
}

/** The newest rollout after which its own version served all traffic. */
async function broughtBy(
  rollouts: Awaited<ReturnType<RolloutStore['list']>>,
  store: LiveReaders['store'],
): Promise<StoredRollout | undefined> {
  for (const { rolloutId, phase } of rollouts) {
    if (phase !== 'succeeded' && phase !== 'rolledBack') continue;
    const stored = await store.load(rolloutId);
    if (stored === undefined) continue;
    const { closing, green } = stored.state;
    // A rollback that a person closed as it is may have left green with all of the traffic.
    if (stored.state.phase === 'succeeded' || closing?.serves === green) return stored;
  }
  return undefined;
}

function rolloutOf({ state }: StoredRollout): LiveVersion['rollout'] {
  const { rolloutId, closedAt, openedAt, requestedBy, rollback } = state;
  return { rolloutId, since: closedAt ?? openedAt, requestedBy, goesBack: rollback !== undefined };
}

async function seenLive(
  spec: RolloutSpec | undefined,
  digest: string | undefined,
  live: LiveReaders['live'],
): Promise<SeenLive> {
  if (live === undefined) return { is: 'unknown', what: 'not asked' };
  if (spec === undefined) return { is: 'unknown', what: 'no spec is in force' };
  try {
    const roles = rolesOf(await live.router.read(trafficOf(spec)), layoutOf(spec));
    if (roles.outcome === 'unclear') return { is: 'otherwise', what: roles.reason };
    const running = await live.runtime.runningDigests(workloadOf(spec, roles.blue), spec.container);
    return compared(roles.blue, running, digest);
  } catch (error) {
    return {
      is: 'unknown',
      what: plainMessage(error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
    };
  }
}

function compared(slot: 'a' | 'b', running: readonly string[], digest: string | undefined): SeenLive {
  if (running.length === 0) return { is: 'otherwise', what: `slot ${slot} has all traffic and runs no task` };
  if (digest === undefined) return { is: 'otherwise', what: `slot ${slot} runs ${running.join(', ')}` };
  if (running.length === 1 && running[0] === digest) return { is: 'asRecorded', slot };
  return { is: 'otherwise', what: `slot ${slot} runs ${running.join(', ')}` };
}
