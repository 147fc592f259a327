import type { Emergencies } from '../../ports/emergencies.ts';
import type { RolloutStore } from '../../ports/rollout-store.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { IncidentSight } from './draft-update.ts';

/** As much of the world as tells how a service stands in an incident. */
interface Needs {
  readonly emergencies: Pick<Emergencies, 'emergency'>;
  readonly store: Pick<RolloutStore, 'maintenance' | 'list' | 'load'>;
}

/**
 * Reads how a service stands.
 * @param told the rollout in whose record the incident is told; what counts where no newer one can be read
 */
export async function incidentSight(service: string, told: RolloutState, world: Needs): Promise<IncidentSight> {
  const { rollout = told, ...seen } = await serviceSight(service, world);
  return { ...seen, rollout };
}

/** Reads how a service stands, in two calls in a row; `rollout` is `undefined` where none can be read. */
export async function serviceSight(
  service: string,
  { emergencies, store }: Needs,
): Promise<Omit<IncidentSight, 'rollout'> & { readonly rollout: RolloutState | undefined }> {
  const [emergency, page, [newest]] = await Promise.all([
    emergencies.emergency(service),
    store.maintenance(service),
    store.list(service, 1),
  ]);
  const rollout = newest === undefined ? undefined : await store.load(newest.rolloutId);
  return {
    service,
    emergency: emergency?.record,
    isPageUp: page?.record.wanted === 'on',
    rollout: rollout?.state,
  };
}
