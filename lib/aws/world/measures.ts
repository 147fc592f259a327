import { emfMeasures } from '../emf-measures.ts';
import { setting } from '../environment.ts';

/** The pipeline's own numbers. */
export const measures = emfMeasures(setting('STAGE'));
