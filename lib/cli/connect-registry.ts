import { ECRClient } from '@aws-sdk/client-ecr';
import { ecrImageRegistry } from '../platform/ecr-image-registry.ts';
import type { ImageRegistry } from '../ports/image-registry.ts';
import type { StackSettings } from './client-settings.ts';

/** Images, with the rights of the caller. Calls nothing yet. */
export function connectRegistry(settings: StackSettings): ImageRegistry {
  return ecrImageRegistry((region) => new ECRClient({ ...settings, ...(region && { region }) }));
}
