import type { Surroundings } from '../../notification/message.ts';
import { setting } from '../environment.ts';

/** The stage that is deployed, and its region. */
export const surroundings: Surroundings = { stage: setting('STAGE'), region: setting('AWS_REGION') };
