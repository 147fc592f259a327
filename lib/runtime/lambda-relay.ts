import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { ArchiveHint, Hint } from './hint-handler.ts';

/**
 * Calls the function that a hint is for and waits for its answer, so that its sender delivers it again where it
 * failed.
 * @param functions name or ARN of each function
 */
export function lambdaRelay(client: LambdaClient, functions: Readonly<Record<Hint['to'], string>>) {
  return async ({ to, input }: Hint): Promise<void> => {
    const { FunctionError, Payload } = await client.send(
      new InvokeCommand({ FunctionName: functions[to], Payload: Buffer.from(JSON.stringify(input)) }),
    );
    if (FunctionError !== undefined) {
      throw new Error(
        `${to} failed with ${FunctionError}: ${Buffer.from(Payload ?? [])
          .toString()
          .slice(0, 500)}`,
      );
    }
  };
}

/**
 * Hands what was written to the archive's function, which Lambda calls later and, where it fails, again.
 * @param functionName name or ARN
 */
export function archiveRelay(client: LambdaClient, functionName: string) {
  return async (hint: ArchiveHint): Promise<void> => {
    await client.send(
      new InvokeCommand({
        FunctionName: functionName,
        InvocationType: 'Event',
        Payload: Buffer.from(JSON.stringify(hint)),
      }),
    );
  };
}
