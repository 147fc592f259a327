import { lookup } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { BlockList, type LookupFunction } from 'node:net';

/** 10,000 points of one series are a third of it. */
const mostBytes = 1_048_576;

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** One POST; rejects with a sentence where there is no whole answer. */
export type Post = (
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
) => Promise<HttpAnswer>;

/** What a name must not lead to: the function's own runtime, credentials and metadata of what it runs on, and nobody at all. */
const refused = new BlockList();
for (const [net, prefix, family] of [
  ['0.0.0.0', 8, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['::', 127, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
  ['64:ff9b::', 96, 'ipv6'],
  ['fd00:ec2::', 32, 'ipv6'],
] as const)
  refused.addSubnet(net, prefix, family);

/** Whether a server that a spec names may be at an address; an IPv4 address in IPv6 counts as what it is. */
export function isRefused(address: string): boolean {
  return refused.check(address, address.includes(':') ? 'ipv6' : 'ipv4');
}

/** Resolves a name as the platform does, and refuses it where one of its addresses is refused: the answer is what is connected to. */
const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    if (error !== null) {
      callback(error, []);
      return;
    }
    const bad = found.find(({ address }) => isRefused(address));
    const [first] = found;
    if (bad !== undefined || first === undefined) {
      callback(
        new Error(`${hostname} leads to ${bad?.address ?? 'no address'}, where no server of metrics may be`),
        [],
      );
    } else if (options.all === true) callback(null, found);
    else callback(null, first.address, first.family);
  });
};

/**
 * POST over a connection of its own, certificates checked. Redirects are not followed: they would carry credentials to somebody
 * else. An answer of more than 1 MiB is given up.
 * @param isLocal whether addresses of this machine, and HTTP without TLS, are fine: of a local stack alone
 */
export function httpPost({ isLocal }: { readonly isLocal: boolean }): Post {
  return (url, headers, body, signal) =>
    new Promise((resolve, reject) => {
      const { request } = url.protocol === 'http:' && isLocal ? http : https;
      const sent = request(
        url,
        { method: 'POST', headers, agent: false, signal, ...(!isLocal && { lookup: guardedLookup }) },
        (response) => {
          const chunks: Buffer[] = [];
          let size = 0;
          response.on('data', (chunk: Buffer) => {
            chunks.push(chunk);
            size += chunk.length;
            if (size > mostBytes) response.destroy(new Error('its answer is larger than 1 MiB'));
          });
          response.on('error', (error) => {
            reject(failureOf(error));
          });
          response.on('end', () => {
            resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') });
          });
        },
      );
      sent.on('error', (error) => {
        reject(failureOf(error));
      });
      sent.end(body);
    });
}

/** The platform says of an aborted request only that it was aborted. */
function failureOf(error: Error): Error {
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return new Error('it did not answer in time');
  // Of several addresses that were tried the platform gives a list of errors, and no message.
  const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  const [first = error] = errors;
  return first instanceof Error ? new Error(first.message, { cause: error }) : error;
}
