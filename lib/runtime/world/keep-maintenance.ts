import { setting } from '../../platform/environment.ts';
import { maintenanceByFunction } from '../../platform/lambda-maintenance.ts';
import { patientLambda } from './patient-lambda.ts';

/** Has the stack's function write the rules of a service's maintenance. */
export const keepMaintenance = maintenanceByFunction(patientLambda, setting('KEEP_MAINTENANCE'));
