import { LambdaClient } from '@aws-sdk/client-lambda';
import { clientSettings } from '../../platform/client-settings.ts';
import { setting } from '../../platform/environment.ts';
import { maintenanceByFunction } from '../../platform/lambda-maintenance.ts';

/** Whoever calls waits for 15 s at most, and must still be able to say that it goes on. */
const client = new LambdaClient({
  ...clientSettings,
  maxAttempts: 1,
  requestHandler: { ...clientSettings.requestHandler, requestTimeout: 11_000 },
});

/** Has the stack's function write the rules of a service's maintenance. */
export const keepMaintenance = maintenanceByFunction(client, setting('KEEP_MAINTENANCE'));
