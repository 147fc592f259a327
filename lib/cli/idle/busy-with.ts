import type { Stack } from '../cli-context.ts';

/**
 * Returns what moves traffic or tasks of the services now, a sentence each: rollouts, releases and emergencies under way.
 * @param services names of services
 * @throws what reading a record throws: a service of which nobody knows is not idle
 */
export async function busyWith(
  services: readonly string[],
  stack: Pick<Stack, 'store' | 'emergencies'>,
): Promise<readonly string[]> {
  const found = await Promise.all(services.map((service) => busyService(service, stack)));
  return [...new Set(found.flat())];
}

async function busyService(
  service: string,
  { store, emergencies }: Pick<Stack, 'store' | 'emergencies'>,
): Promise<readonly string[]> {
  const [{ lockedBy, hold }, emergency] = await Promise.all([store.service(service), emergencies.emergency(service)]);
  return [
    lockedBy === undefined
      ? undefined
      : `Rollout ${lockedBy} is under way. See how far it is with: sluice status ${lockedBy}`,
    hold === undefined
      ? undefined
      : `Release ${hold.releaseId} keeps ${service}. See how far it is with: sluice release status ${hold.releaseId}`,
    emergency?.record.standing === 'wanted'
      ? `An emergency of ${service} is under way. See how far it is with: sluice emergency status ${service}`
      : undefined,
  ].filter((sentence) => sentence !== undefined);
}
