import { ECRClient } from '@aws-sdk/client-ecr';
import { clientSettings } from '../../platform/client-settings.ts';
import { ecrImageRegistry } from '../../platform/ecr-image-registry.ts';

/** Image registries of ECR: of the own account and region, and of those that specs name. */
export const registry = ecrImageRegistry((region) => new ECRClient({ ...clientSettings, ...(region && { region }) }));
