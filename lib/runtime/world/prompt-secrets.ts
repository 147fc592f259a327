import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { awsSecrets } from '../../platform/aws-secrets.ts';
import { now } from './clock.ts';

/** A vendor that sends a request waits for some seconds: what hangs must not. */
const settings = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 500, requestTimeout: 1_000, throwOnRequestTimeout: true },
};

/** Secrets of who has to answer soon. */
export const promptSecrets = awsSecrets(new SSMClient(settings), new SecretsManagerClient(settings), now);
