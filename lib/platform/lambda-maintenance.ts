import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { parsedJson } from '../specification/text/parsed-json.ts';
import { type KeptMaintenance, keptMaintenance } from '../ports/maintenances.ts';

const answer = z.object({ kept: z.array(keptMaintenance).min(1) });

/**
 * Calls the function that writes rules of maintenance, and waits for its answer: only its role may write them.
 * @param functionName name or ARN
 */
export function maintenanceByFunction(client: LambdaClient, functionName: string) {
  return async (service: string): Promise<KeptMaintenance> => {
    const { FunctionError, Payload } = await client.send(
      new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify({ service })) }),
    );
    const said = Buffer.from(Payload ?? []).toString();
    if (FunctionError !== undefined) throw new Error(`its rules could not be written now: ${said.slice(0, 400)}`);
    const [kept] = answer.parse(parsedJson(said)).kept;
    if (kept === undefined) throw new Error('its rules could not be written now: there was no answer');
    return kept;
  };
}
