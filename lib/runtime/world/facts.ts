import { ECRClient } from '@aws-sdk/client-ecr';
import { clientSettings } from '../../platform/client-settings.ts';
import { ecrImageFacts } from '../../platform/ecr-image-facts.ts';
import type { ServiceFacts } from '../../ports/service-facts.ts';

/** What checks read of the account's services. */
export const facts: ServiceFacts = {
  ...ecrImageFacts((region) => new ECRClient({ ...clientSettings, ...(region && { region }) })),
};
