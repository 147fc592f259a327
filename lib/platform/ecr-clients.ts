import type { ECRClient } from '@aws-sdk/client-ecr';
import type { ImageSource } from '../ports/image-registry.ts';
import { ecrRegistryOf } from '../specification/ecr-registry.ts';

/** The client that answers for a source, and what every request to it begins with. */
export interface ReachedEcr {
  readonly client: ECRClient;
  readonly of: { readonly repositoryName: string; readonly registryId?: string };
}

/**
 * Returns how repositories of every account and region are reached.
 * @param connect a client of a region, or of the own one; called once for each
 */
export function ecrClients(connect: (region?: string) => ECRClient): (source: ImageSource) => ReachedEcr {
  const clients = new Map<string | undefined, ECRClient>();
  return ({ repository, registry }) => {
    const place = registry === undefined ? undefined : ecrRegistryOf(registry);
    const client = clients.get(place?.region) ?? connect(place?.region);
    clients.set(place?.region, client);
    return { client, of: { repositoryName: repository, ...(place && { registryId: place.account }) } };
  };
}
