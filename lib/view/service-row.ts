import type { RolloutStore, RolloutSummary, StoredRollout } from '../ports/rollout-store.ts';
import { isActive } from '../rollout/phase.ts';
import { type RolloutStatus, statusOf, statusText } from './status.ts';

type Store = Pick<RolloutStore, 'services' | 'list' | 'service' | 'load'>;

/** A rollout under way, as a line about its service says it. */
export interface RunningRow {
  readonly rolloutId: string;
  readonly image: string;
  readonly standing: RolloutStatus;
  readonly text: string;
  /** Counts from 1; 0 before the first step. */
  readonly step: number;
  readonly steps: number;
  readonly askedWeight: number;
}

/** One service: what serves by the record, and what runs. */
export interface ServiceRow {
  readonly service: string;
  /** The image that serves; `undefined` where the record does not know. */
  readonly live: string | undefined;
  readonly running: RunningRow | undefined;
  /** How the newest rollout that has ended did; `undefined` where there was none. */
  readonly last: RolloutSummary | undefined;
}

/** Rollouts that are looked through for the one that brought the version that serves. */
const earlierRollouts = 20;

/** Reads every service of a stage, by name: at most three calls in a row, however many there are. */
export async function readServices(store: Store): Promise<readonly ServiceRow[]> {
  return readServicesOf(await store.services(), store);
}

/** Reads services that are known by name, in two calls in a row. */
export async function readServicesOf(names: readonly string[], store: Store): Promise<readonly ServiceRow[]> {
  return Promise.all([...new Set(names)].toSorted().map((name) => readService(name, store)));
}

async function readService(service: string, store: Store): Promise<ServiceRow> {
  const [{ lockedBy }, rollouts] = await Promise.all([store.service(service), store.list(service, earlierRollouts)]);
  const succeeded = rollouts.find(({ phase }) => phase === 'succeeded');
  // Before any success only a rollout itself knows what served before it.
  const asked = lockedBy ?? (succeeded === undefined ? rollouts[0]?.rolloutId : undefined);
  const stored = asked === undefined ? undefined : await store.load(asked);
  return {
    service,
    live: succeeded?.image ?? stored?.state.blueDigest,
    running: stored !== undefined && isActive(stored.state) ? runningRow(stored) : undefined,
    last: rollouts.find((one) => !isActive(one)),
  };
}

/** Returns the line about a rollout that is under way. */
export function runningRow({ state }: StoredRollout): RunningRow {
  const { rolloutId, image, step, spec, weight } = state;
  return {
    ...{ rolloutId, image: image.tag ?? image.digest, standing: statusOf(state), text: statusText(state) },
    ...{ step: step + 1, steps: spec.steps.length, askedWeight: weight },
  };
}
