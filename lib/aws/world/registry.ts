import { ECRClient } from '@aws-sdk/client-ecr';
import { clientSettings } from '../client-settings.ts';
import { ecrImageRegistry } from '../ecr-image-registry.ts';

/** The account's image registry. */
export const registry = ecrImageRegistry(new ECRClient(clientSettings));
