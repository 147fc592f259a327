import { LambdaClient } from '@aws-sdk/client-lambda';
import { setting } from '../../lib/platform/environment.ts';
import { archiveRelay, lambdaRelay } from '../../lib/runtime/lambda-relay.ts';
import { hintHandler } from '../../lib/runtime/hint-handler.ts';

/** Longer than any of the functions that are called may run; the stream tries again, not the client. */
const client = new LambdaClient({
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 20_000, throwOnRequestTimeout: true },
});

/**
 * Trigger: the table's stream hints that people have decided, that a request waits, that a service is free, that an event was
 * changed, or what the archive lacks.
 */
export const handler = hintHandler(
  lambdaRelay(client, {
    ResumeRollout: setting('RESUME_ROLLOUT'),
    StartWaiting: setting('START_WAITING'),
    ReportAlteration: setting('REPORT_ALTERATION'),
  }),
  archiveRelay(client, setting('ARCHIVE_RECORD')),
);
