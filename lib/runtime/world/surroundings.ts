import type { Surroundings } from '../../messages/message.ts';
import { setting } from '../../platform/environment.ts';

/** The stage that is deployed, and its region. */
export const surroundings: Surroundings = { stage: setting('STAGE'), region: setting('AWS_REGION') };
