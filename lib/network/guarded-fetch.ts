import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { guarded } from './guarded-lookup.ts';

/** Answers of a flood are not kept. */
const mostBytes = 4_194_304;
/** A `Response` of these has no body. */
const withoutBody: ReadonlySet<number> = new Set([204, 205, 304]);

type GuardedFetch = (url: string, init: RequestInit) => Promise<Response>;

/**
 * Returns a `fetch` for URLs that others name: HTTPS, a body of text, and no connection to an address that a spec may not lead to. Redirects are
 * never followed. It rejects as `fetch` does, with the reason as `cause`; an answer of more than 4 MiB is given up.
 * @param isLocal whether addresses of this machine, and HTTP without TLS, are fine: of a local stack alone
 */
export function guardedFetch({ isLocal }: { readonly isLocal: boolean }): GuardedFetch {
  return async (url, init) => {
    try {
      return await request(url, init, isLocal);
    } catch (cause) {
      throw new TypeError('fetch failed', { cause });
    }
  };
}

function request(
  url: string,
  { method = 'GET', headers, body, signal }: RequestInit,
  isLocal: boolean,
): Promise<Response> {
  const { protocol, hostname } = new URL(url);
  const settings = { method, headers: Object.fromEntries(new Headers(headers)), agent: false } as const;
  return new Promise((resolve, reject) => {
    const { request: send } = protocol === 'http:' && isLocal ? http : https;
    const sent = send(url, { ...settings, ...guarded(hostname, isLocal), ...(signal && { signal }) }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > mostBytes) response.destroy(new Error('its answer is larger than 4 MiB'));
      });
      response.on('error', reject);
      response.on('end', () => {
        try {
          resolve(answerOf(response, chunks));
        } catch (error) {
          // Such as a status that no `Response` takes.
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
    sent.on('error', reject);
    sent.end(typeof body === 'string' ? body : undefined);
  });
}

function answerOf({ statusCode: status = 502, headers }: IncomingMessage, chunks: readonly Buffer[]): Response {
  const asked = headers['retry-after'];
  return new Response(withoutBody.has(status) ? null : Buffer.concat(chunks).toString('utf8'), {
    status,
    headers: asked === undefined ? {} : { 'retry-after': asked },
  });
}
