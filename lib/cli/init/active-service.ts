import type { ServiceFacts, ServiceLook } from '../../drivers/service-look.ts';
import { Refusal } from '../../rollout/refusal.ts';
import { nearName } from '../../specification/near-name.ts';
import { CliFailure } from '../cli-context.ts';

/**
 * Finds an active ECS service by its name.
 * @throws CliFailure with the names that there are
 */
export async function activeService(cluster: string, name: string, look: ServiceLook): Promise<ServiceFacts> {
  const [found] = await look.services(cluster, [name]).catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
    throw new CliFailure(`${error.message} Check --cluster and --region; aws ecs list-clusters tells which there are.`);
  });
  if (found?.active === true) return found;
  const names = (await look.serviceNames(cluster)).toSorted();
  const near = nearName(name, names);
  const hint = near === undefined ? '' : ` Did you mean ${near}?`;
  const known =
    names.length === 0 ? 'it has none' : `it has ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}`;
  throw new CliFailure(`Cluster ${cluster} has no active ECS service ${name} (${known}).${hint}`);
}
