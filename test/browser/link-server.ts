import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Context } from 'aws-lambda';
import { getDecision, postDecision } from '../../lib/console/decision-exchange.ts';
import { pageHandler } from '../../lib/runtime/page-handler.ts';
import type { LinkDesk } from '../console/link-desk.ts';

const context = { functionName: 'page', awsRequestId: 'request' } as unknown as Context;

/** A server on this machine, closed by its maker. */
export interface TestServer {
  readonly port: number;
  close(): Promise<void>;
}

/** A server of pages, and what it answered to which method. */
export interface LinkServer extends TestServer {
  readonly answers: readonly { readonly method: string; readonly status: number }[];
}

/** Serves the pages of a desk's links as the REST API does: an event of its proxy integration for each request. */
export async function serveLinks(desk: LinkDesk): Promise<LinkServer> {
  const answers: { method: string; status: number }[] = [];
  const show = pageHandler((request) => getDecision(request, desk.world()));
  const take = pageHandler((request) => postDecision(request, desk.world()));
  const server = createServer((request, response) => {
    void (async () => {
      const token = /^\/test\/decide\/([^/?]+)$/.exec(request.url ?? '')?.[1];
      if (token === undefined) {
        response
          .writeHead(403, { 'content-type': 'application/json' })
          .end('{"message":"Missing Authentication Token"}');
        return;
      }
      const event = {
        httpMethod: request.method,
        pathParameters: { token },
        headers: headersOf(request),
        body: Buffer.from(await text(request)).toString('base64'),
        isBase64Encoded: true,
      };
      const { statusCode, headers, body } = await (request.method === 'POST' ? take : show)(event, context);
      answers.push({ method: request.method ?? '', status: statusCode });
      response.writeHead(statusCode, headers).end(body);
    })();
  });
  const started = await listening(server);
  desk.linksUrl = `http://127.0.0.1:${started.port}/test`;
  return { ...started, answers };
}

/** Serves one page of somebody else. */
export function serveForeign(page: string): Promise<TestServer> {
  return listening(
    createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end(page);
    }),
  );
}

/** Listens on a free port of this machine. */
export async function listening(server: Server): Promise<TestServer> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens to no port');
  return {
    port: address.port,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Headers of a request, those that come once. */
export function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}
