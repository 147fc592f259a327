import { emfMeasures } from '../../platform/emf-measures.ts';
import { setting } from '../../platform/environment.ts';

/** The pipeline's own numbers. */
export const measures = emfMeasures(setting('STAGE'));
