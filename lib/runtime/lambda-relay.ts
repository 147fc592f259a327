import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { Hint } from './hint-handler.ts';

/**
 * Calls the function that a hint is for and waits for its answer, so that whoever delivered the hint delivers it again where it
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
