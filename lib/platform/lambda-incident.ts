import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { type IncidentOrder, type OrderedIncident, orderedIncident } from '../ports/incident-orders.ts';
import { parsedJson } from '../specification/text/parsed-json.ts';

/**
 * Calls the function that takes orders of incidents, and waits for its answer. That function checks the order.
 * @param functionName name or ARN
 */
export function incidentByFunction(client: LambdaClient, functionName: string) {
  return async (incident: Omit<IncidentOrder, 'deed'> & { readonly deed: unknown }): Promise<OrderedIncident> => {
    const { FunctionError, Payload } = await client.send(
      new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify({ incident })) }),
    );
    const said = Buffer.from(Payload ?? []).toString();
    if (FunctionError === undefined) return orderedIncident.parse(parsedJson(said));
    throw new Error(`the order was not carried out: ${said.slice(0, 400)}. Give it again`);
  };
}
