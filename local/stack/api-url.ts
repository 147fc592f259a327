import * as z from 'zod';
import type { LocalAws } from './local-aws.ts';
import { localStage } from './stage.ts';

const apis = z.object({ item: z.array(z.object({ id: z.string() })) });

/** Where the stack's one REST API answers on this machine, without a slash at its end. */
export async function apiUrl({ emulator, region }: Pick<LocalAws, 'emulator' | 'region'>): Promise<string> {
  // The emulator tells services apart by the scope of the signature; that of the root user it does not check.
  const authorization = `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/apigateway/aws4_request`;
  const listed = await fetch(`${emulator.endpoint}/restapis`, { headers: { authorization } });
  const [api] = apis.parse(await listed.json()).item;
  if (api === undefined) throw new Error('The stack has no REST API. See .sluice/logs/deploy.log');
  return `${emulator.endpoint}/_aws/execute-api/${api.id}/${localStage}`;
}
