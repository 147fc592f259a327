import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import { placeOf } from '../network/place-of.ts';

/** Keys of the role that a function runs by. */
interface RoleKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** How a function calls AWS without the clients of the SDK. */
export interface SignedSetting {
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

/** A request to one service of AWS. */
interface SignedRequest {
  readonly service: string;
  readonly method: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Sends a request with Signature Version 4, by the keys of the role. A redirect is an answer.
 * @throws Error where there is no answer in time
 */
export async function signedFetch(
  { region, keys, milliseconds }: SignedSetting,
  { service, method, url, headers: own = {}, body }: SignedRequest,
): Promise<Response> {
  const { accessKeyId, secretAccessKey, sessionToken } = keys();
  const signer = new SignatureV4({
    service,
    region,
    sha256: Sha256,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    // S3 takes a path as it is.
    uriEscapePath: service !== 's3',
  });
  const { headers } = await signer.sign({
    method,
    ...placeOf(url),
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host, ...own },
    ...(body !== undefined && { body }),
  });
  const init = { method, headers, redirect: 'manual', signal: AbortSignal.timeout(milliseconds) } as const;
  try {
    return await fetch(url, { ...init, ...(body !== undefined && { body }) });
  } catch (cause) {
    throw new Error(
      `no answer of ${service}: the subnets of the probe need a way to it, an endpoint or a NAT gateway`,
      {
        cause,
      },
    );
  }
}
