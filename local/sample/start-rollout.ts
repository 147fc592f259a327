import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Clients } from '../stack/clients.ts';
import type { LocalAws } from '../stack/local-aws.ts';
import { pushImage, type SampleVersion } from './push-image.ts';
import { sample } from './sample-names.ts';

/**
 * Starts the rollout machine with a version of the sample service as an operator does; unlike a push, the same image may come
 * again.
 * @returns the sample service's newest rollout before this one, if there was one
 */
export async function startSampleRollout(
  version: SampleVersion,
  { clients, aws }: { readonly clients: Clients; readonly aws: LocalAws },
): Promise<string | undefined> {
  const before = (await clients.store.list(sample.service, 1))[0]?.rolloutId;
  const { tag } = await pushImage(clients, version);
  await clients.sfn.send(
    new StartExecutionCommand({
      stateMachineArn: `arn:aws:states:${aws.region}:${aws.accountId}:stateMachine:sluice-local-rollout`,
      input: JSON.stringify({ service: sample.service, image: tag }),
    }),
  );
  return before;
}
