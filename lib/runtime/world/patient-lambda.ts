import { LambdaClient } from '@aws-sdk/client-lambda';
import { clientSettings } from '../../platform/client-settings.ts';

/** Calls functions of the stack and waits for their answers. The caller has 15 s at most, and must still be able to say that it goes on. */
export const patientLambda = new LambdaClient({
  ...clientSettings,
  maxAttempts: 1,
  requestHandler: { ...clientSettings.requestHandler, requestTimeout: 11_000 },
});
