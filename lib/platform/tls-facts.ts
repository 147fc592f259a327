import net from 'node:net';
import tls from 'node:tls';
import { guarded } from '../network/guarded-lookup.ts';
import type { ServiceFacts, TlsFacts } from '../ports/service-facts.ts';
import { messageOf } from '../specification/text/message-of.ts';

/** Under the time of a check, so that it can say that nothing answered. */
const connectMilliseconds = 4_000;

/**
 * What a TLS server shows to a client that trusts public authorities. Nothing is sent to it.
 * @param isLocal whether addresses of this machine are fine: of a local stack alone
 * @param ca authorities to trust in their place, PEM
 */
export function tlsFacts({
  isLocal,
  ca,
}: {
  readonly isLocal: boolean;
  readonly ca?: readonly string[];
}): Pick<ServiceFacts, 'tls'> {
  return {
    tls: (host, port) =>
      new Promise<TlsFacts>((resolve, reject) => {
        const socket = tls.connect({
          host,
          port,
          ...guarded(host, isLocal),
          ...(net.isIP(host) === 0 && { servername: host }),
          ...(ca && { ca: [...ca] }),
          // What is wrong with a certificate is the answer, not an error.
          rejectUnauthorized: false,
          timeout: connectMilliseconds,
        });
        socket.once('secureConnect', () => {
          const { valid_to: validTo } = socket.getPeerCertificate();
          const refused = socket.authorized ? undefined : wordsOf(socket.authorizationError);
          resolve({ refused, validUntil: new Date(validTo).toISOString(), protocol: socket.getProtocol() ?? 'none' });
          socket.destroy();
        });
        socket.once('timeout', () => {
          reject(new Error(`${host}:${String(port)} did not answer within ${String(connectMilliseconds / 1000)} s`));
          socket.destroy();
        });
        socket.once('error', reject);
      }),
  };
}

/** The type says error; it is its code in fact. */
function wordsOf(error: unknown): string {
  const code = messageOf(error);
  return words[code] ?? code;
}

const words: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'it has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another name',
  SELF_SIGNED_CERT_IN_CHAIN: 'its chain ends at an authority that is not public',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its chain ends at an authority that is not public',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its chain is incomplete, or of an authority that is not public',
};
