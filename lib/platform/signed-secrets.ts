import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import * as z from 'zod';

/** Keys of the role that a function runs by. */
interface RoleKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

interface Setting {
  readonly region: string;
  readonly keys: () => RoleKeys;
  /** Of a local AWS; without it the service's own. */
  readonly endpoint?: string | undefined;
  readonly milliseconds: number;
}

type Key = string | Uint8Array | undefined;

const begun = (key: Key) => (key === undefined ? createHash('sha256') : createHmac('sha256', key));

/** SHA-256, and HMAC where there is a key, as the signer asks for it. */
class Sha256 {
  #hash: ReturnType<typeof begun>;
  readonly #key: Key;

  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.#key = key === undefined || typeof key === 'string' ? key : bytesOf(key);
    this.#hash = begun(this.#key);
  }

  update(part: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(typeof part === 'string' ? part : bytesOf(part));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.#hash.digest()));
  }

  reset(): void {
    this.#hash = begun(this.#key);
  }
}

function bytesOf(part: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(part)
    ? new Uint8Array(part.buffer, part.byteOffset, part.byteLength)
    : new Uint8Array(part);
}

const fromManager = z.object({ SecretString: z.string() });
const fromStore = z.object({ Parameter: z.object({ Value: z.string() }) });
const refusal = z.object({ __type: z.string() });

/**
 * Returns what reads a secret by its reference, `secretsmanager:…` or `ssm:…`. Two calls, signed here: the clients of the SDK are larger
 * than a function may be that stands in a template.
 * @throws Error from the reader, which names what AWS says by its type alone
 */
export function signedSecrets(setting: Setting): (reference: string) => Promise<string> {
  return async (reference) => {
    if (reference.startsWith('ssm:')) {
      const body = { Name: reference.slice('ssm:'.length), WithDecryption: true };
      return fromStore.parse(await call(setting, 'ssm', 'AmazonSSM.GetParameter', body)).Parameter.Value;
    }
    const body = { SecretId: reference.slice('secretsmanager:'.length) };
    return fromManager.parse(await call(setting, 'secretsmanager', 'secretsmanager.GetSecretValue', body)).SecretString;
  };
}

async function call(
  { region, keys, endpoint, milliseconds }: Setting,
  service: string,
  target: string,
  content: object,
): Promise<unknown> {
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  const url = new URL(endpoint ?? `https://${service}.${region}.${suffix}/`);
  const { accessKeyId, secretAccessKey, sessionToken } = keys();
  const signer = new SignatureV4({
    service,
    region,
    sha256: Sha256,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
  });
  const body = JSON.stringify(content);
  const { headers } = await signer.sign({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port !== '' && { port: Number(url.port) }),
    path: '/',
    headers: { host: url.host, 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
    body,
  });
  const answer = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(milliseconds) }).catch(
    () => {
      throw new Error(
        `no answer of ${service}: the subnets of the probe need a way to it, an endpoint or a NAT gateway`,
      );
    },
  );
  const found: unknown = await answer.json().catch(() => undefined);
  if (answer.ok) return found;
  const type = refusal.safeParse(found).data?.__type.split('#').at(-1) ?? '';
  throw new Error(/^\w{1,60}$/.test(type) ? type : `${service} answers with ${String(answer.status)}`);
}
