import { setting } from '../../platform/environment.ts';
import { emergencyByFunction } from '../../platform/lambda-emergency.ts';
import { patientLambda } from './patient-lambda.ts';

/** Has the stack's function carry out an order of an emergency. */
export const orderEmergency = emergencyByFunction(patientLambda, setting('ORDER_EMERGENCY'));
