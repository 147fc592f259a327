import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Context } from 'aws-lambda';
import { getConsole } from '../../lib/console/console-exchange.ts';
import { consolePaths } from '../../lib/console/console-place.ts';
import { postConsole } from '../../lib/console/post-console.ts';
import { pageHandler } from '../../lib/runtime/page-handler.ts';
import type { ConsoleDesk } from '../console/console-desk.ts';
import { headersOf, listening, type TestServer } from './link-server.ts';

const context = { functionName: 'page', awsRequestId: 'request' } as unknown as Context;

/** Serves the pages of a desk as the REST API does, below `/test`. */
export async function serveConsole(desk: ConsoleDesk): Promise<TestServer> {
  const show = pageHandler((request) => getConsole(request, desk.world()));
  const act = pageHandler((request) => postConsole(request, desk.world()));
  const server = createServer((request, response) => {
    void (async () => {
      const [, kind = '', name = ''] =
        /^\/test\/(?:(services|rollouts)\/([^/?]+))?(?:\?.*)?$/.exec(request.url ?? '') ?? [];
      const resource =
        { services: consolePaths.service, rollouts: consolePaths.rollout }[kind] ?? consolePaths.services;
      const event = {
        resource,
        httpMethod: request.method,
        pathParameters: { name },
        queryStringParameters: Object.fromEntries(new URL(request.url ?? '', 'http://pages').searchParams),
        headers: headersOf(request),
        body: Buffer.from(await text(request)).toString('base64'),
        isBase64Encoded: true,
      };
      const { statusCode, headers, body } = await (request.method === 'POST' ? act : show)(event, context);
      response.writeHead(statusCode, headers).end(body);
    })();
  });
  const started = await listening(server);
  desk.url = `http://127.0.0.1:${started.port}/test`;
  return started;
}
