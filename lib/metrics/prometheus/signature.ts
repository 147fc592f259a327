import { SignatureV4 } from '@smithy/signature-v4';
import { placeOf } from '../../network/place-of.ts';

type Signer = ConstructorParameters<typeof SignatureV4>[0];

/** What signs: credentials and hash of an AWS client. */
export type SigningParts = Pick<Signer, 'credentials' | 'sha256'>;

/**
 * Headers of a POST to Amazon Managed Service for Prometheus, signed with Signature Version 4 for the service `aps`.
 * @param date when it is signed; by default now
 */
export async function signedForAps(
  { credentials, sha256 }: SigningParts,
  region: string,
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  date?: Date,
): Promise<Readonly<Record<string, string>>> {
  const signer = new SignatureV4({ service: 'aps', region, credentials, sha256 });
  const request = {
    method: 'POST',
    ...placeOf(url),
    headers: { host: url.host, ...headers },
    body,
  };
  return (await signer.sign(request, date === undefined ? {} : { signingDate: date })).headers;
}
