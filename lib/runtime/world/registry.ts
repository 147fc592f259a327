import { ECRClient } from '@aws-sdk/client-ecr';
import { clientSettings } from '../../aws/client-settings.ts';
import { ecrImageRegistry } from '../../aws/ecr-image-registry.ts';

/** The account's image registry. */
export const registry = ecrImageRegistry(new ECRClient(clientSettings));
