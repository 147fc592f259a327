import { lookup } from 'node:dns/promises';
import type { Socket } from 'node:net';
import { rootCertificates } from 'node:tls';
import { isRefused } from '../network/guarded-lookup.ts';
import { ServerRefused } from './refusals.ts';

/** Where a server is, and how it is let in. */
export interface ReachedServer {
  /** Its name, which its certificate must be for. */
  readonly host: string;
  /** One address of it, which was found to be none of those that no spec may lead to. */
  readonly address: string;
  readonly port: number;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly database?: string | undefined;
  /** Authorities to trust, PEM. */
  readonly ca: readonly string[];
}

/** Public authorities: what a server's certificate is trusted by, besides those that the probe is given. */
export const publicAuthorities: readonly string[] = rootCertificates;

/**
 * Returns one address of a host.
 * @param isLocal whether addresses of this machine are fine: of a local stack alone
 * @throws ServerRefused where the host leads to an address that no spec may lead to
 */
export async function addressOf(host: string, isLocal: boolean): Promise<string> {
  const found = await lookup(host, { all: true });
  const bad = isLocal ? undefined : found.find(({ address }) => isRefused(address));
  const first = found.find(({ family }) => family === 4) ?? found[0];
  if (bad !== undefined || first === undefined)
    throw new ServerRefused('its name leads to a loopback, link-local, metadata or reserved address');
  return first.address;
}

/** More than a server has to say; a flood ends here. */
const mostBytes = 1_048_576;
const everyMilliseconds = 20;

/**
 * Ends a connection that floods, or that is not through in time. Returns what stops watching it.
 * @param ended told why, before the connection is cut
 */
export function watched(socket: Socket, milliseconds: number, ended: (error: Error) => void): () => void {
  const end = (error: Error) => {
    stop();
    ended(error);
    socket.destroy();
  };
  const flood = setInterval(() => {
    if (socket.bytesRead > mostBytes) end(new ServerRefused('it sends more than any answer has'));
  }, everyMilliseconds);
  const limit = setTimeout(() => {
    end(new TooSlow(milliseconds));
  }, milliseconds);
  const stop = () => {
    clearInterval(flood);
    clearTimeout(limit);
  };
  return stop;
}

/** Thrown where a server was not through in time. */
export class TooSlow extends Error {
  override readonly name = 'TooSlow';

  constructor(milliseconds: number) {
    super(`no answer within ${String(milliseconds / 1000)} s`);
  }
}
