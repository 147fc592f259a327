import { setting } from '../../platform/environment.ts';
import { incidentByFunction } from '../../platform/lambda-incident.ts';
import { patientLambda } from './patient-lambda.ts';

/** Has the stack's function carry out an order of an incident; it needs the right `orderEmergencies`. */
export const orderIncident = incidentByFunction(patientLambda, setting('ORDER_EMERGENCY'));
