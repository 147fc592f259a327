import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { type EmergencyOrder, type OrderedEmergency, orderedEmergency } from '../ports/emergency-orders.ts';
import { parsedJson } from '../specification/text/parsed-json.ts';

/**
 * Calls the function that takes orders of emergencies, and waits for its answer.
 * @param functionName name or ARN
 */
export function emergencyByFunction(client: LambdaClient, functionName: string) {
  return async (order: EmergencyOrder): Promise<OrderedEmergency> => {
    const { FunctionError, Payload } = await client.send(
      new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify({ order })) }),
    );
    const said = Buffer.from(Payload ?? []).toString();
    if (FunctionError === undefined) return orderedEmergency.parse(parsedJson(said));
    throw new Error(`the order was not carried out: ${said.slice(0, 400)}. Give it again`);
  };
}
