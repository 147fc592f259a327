import http from 'node:http';
import https from 'node:https';
import { guarded } from '../../network/guarded-lookup.ts';

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
        {
          method: 'POST',
          headers,
          agent: false,
          signal,
          ...guarded(url.hostname, isLocal),
        },
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
