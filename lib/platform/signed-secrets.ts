import * as z from 'zod';
import { domainOfRegion } from '../specification/aws-domain.ts';
import { signedFetch, type SignedSetting } from './signed-fetch.ts';

const fromManager = z.object({ SecretString: z.string() });
const fromStore = z.object({ Parameter: z.object({ Value: z.string() }) });
const refusal = z.object({ __type: z.string() });

/**
 * Returns what reads a secret by its reference, `secretsmanager:…` or `ssm:…`. Two calls, signed here: the clients of the SDK are larger
 * than a function may be that stands in a template.
 * @throws Error from the reader, which names what AWS says by its type alone
 */
export function signedSecrets(setting: SignedSetting): (reference: string) => Promise<string> {
  return async (reference) => {
    if (reference.startsWith('ssm:')) {
      const body = { Name: reference.slice('ssm:'.length), WithDecryption: true };
      return fromStore.parse(await call(setting, 'ssm', 'AmazonSSM.GetParameter', body)).Parameter.Value;
    }
    const body = { SecretId: reference.slice('secretsmanager:'.length) };
    return fromManager.parse(await call(setting, 'secretsmanager', 'secretsmanager.GetSecretValue', body)).SecretString;
  };
}

async function call(setting: SignedSetting, service: string, target: string, content: object): Promise<unknown> {
  const { region, endpoint } = setting;
  const answer = await signedFetch(setting, {
    service,
    method: 'POST',
    url: new URL(endpoint ?? `https://${service}.${region}.${domainOfRegion(region)}/`),
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
    body: JSON.stringify(content),
  });
  const found: unknown = await answer.json().catch(() => undefined);
  if (answer.ok) return found;
  const type = refusal.safeParse(found).data?.__type.split('#').at(-1) ?? '';
  throw new Error(/^\w{1,60}$/.test(type) ? type : `${service} answers with ${String(answer.status)}`);
}
