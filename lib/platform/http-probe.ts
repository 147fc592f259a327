import { lookup } from 'node:dns/promises';
import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { guarded } from '../network/guarded-lookup.ts';
import type { Probe, ProbeAnswer, SentBody } from '../ports/probe.ts';

/** A version field stands at the beginning; the rest of a body is read, but not kept. */
const keptBytes = 16_384;

/**
 * Requests, each on a connection of its own: a pooled one would reach the same node of a load balancer again. None reaches this machine or its
 * metadata, whatever name a spec gives them.
 * @param isLocal whether addresses of this machine are fine: of a local stack alone
 */
export function httpProbe({ isLocal }: { readonly isLocal: boolean }): Probe {
  return {
    async get(url, headers, timeoutSeconds, address, sent) {
      const started = performance.now();
      try {
        const answer = await ask({
          url: new URL(url),
          headers,
          timeoutMs: timeoutSeconds * 1000,
          address,
          sent,
          isLocal,
        });
        return { ...answer, milliseconds: Math.round(performance.now() - started) };
      } catch (error) {
        throw new Error(reasonOf(error, timeoutSeconds), { cause: error });
      }
    },

    async addressesOf(host) {
      if (isIP(bare(host)) !== 0) return [bare(host)];
      const found = await lookup(host, { all: true });
      // A function outside a VPC has no way out over IPv6.
      const usable = found.some(({ family }) => family === 4) ? found.filter(({ family }) => family === 4) : found;
      return usable.map(({ address }) => address);
    },
  };
}

interface Asked {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly address: string | undefined;
  readonly sent: SentBody | undefined;
  readonly isLocal: boolean;
}

function ask({
  url,
  headers,
  timeoutMs,
  address,
  sent: { method, body: sentBody } = { method: 'GET' },
  isLocal,
}: Asked): Promise<Omit<ProbeAnswer, 'milliseconds'>> {
  const { request } = url.protocol === 'https:' ? https : http;
  const hostname = bare(url.hostname);
  const host = address ?? hostname;
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        method,
        host,
        ...guarded(host, isLocal),
        port: url.port === '' ? undefined : Number(url.port),
        path: `${url.pathname}${url.search}`,
        headers: { host: url.host, ...headers },
        agent: false,
        signal: AbortSignal.timeout(timeoutMs),
        ...(isIP(hostname) === 0 && { servername: hostname }),
      },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          if (size < keptBytes) chunks.push(chunk);
          size += chunk.length;
        });
        response.on('error', reject);
        response.on('end', () => {
          const body = Buffer.concat(chunks).toString('utf8').slice(0, keptBytes);
          resolve({ status: response.statusCode ?? 0, headers: headersOf(response), body });
        });
      },
    );
    sent.on('error', reject);
    sent.end(sentBody);
  });
}

function headersOf({ headers }: http.IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}

/** An IPv6 address stands in brackets in a URL. */
function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

/** The platform says of an aborted request only that it was aborted. */
function reasonOf(error: unknown, timeoutSeconds: number): string {
  const [name, code = '', said = ''] = [textOf(error, 'name'), textOf(error, 'code'), textOf(error, 'message')];
  if (name === 'AbortError' || name === 'TimeoutError') return `no whole answer within ${String(timeoutSeconds)} s`;
  if (code === '') return `the request failed: ${said === '' ? String(error) : said}`;
  // Of several addresses that were tried the platform gives a list of errors, and no message.
  const errors: readonly unknown[] = error instanceof AggregateError ? error.errors : [];
  const [first] = errors;
  const message = said === '' ? (textOf(first, 'message') ?? '') : said;
  return `the connection failed: ${message.includes(code) ? message : `${message} (${code})`}`;
}

function textOf(value: unknown, key: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const found: unknown = Reflect.get(value, key);
  return typeof found === 'string' ? found : undefined;
}
