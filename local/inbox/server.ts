import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { click } from './clicking.ts';
import type { InboxRequest, InboxResponse } from './exchange.ts';
import { Inbox } from './inbox.ts';

export interface RunningInbox {
  readonly url: string;
  readonly inbox: Inbox;
  close(): Promise<void>;
}

/** Opens an inbox on 127.0.0.1. @param port any free one where it is 0 */
export async function startInbox({
  port,
  webhookSecret,
}: {
  readonly port: number;
  readonly webhookSecret: string;
}): Promise<RunningInbox> {
  const inbox = new Inbox({ webhookSecret });
  const server = createServer((request, response) => {
    void text(request).then(async (body) => {
      const asked = {
        method: request.method ?? 'GET',
        path: new URL(request.url ?? '/', 'http://inbox').pathname,
        headers: headersOf(request),
        body,
      };
      const answer =
        clicks.has(asked.path) && asked.method === 'POST' ? await clicked(inbox, asked) : inbox.handle(asked);
      if (typeof answer === 'string') {
        request.socket.destroy();
        return;
      }
      response.writeHead(answer.status, answer.headers ?? { 'content-type': 'text/plain' }).end(answer.body);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    inbox,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const clicks: ReadonlySet<string> = new Set(['/_inbox/click', '/_inbox/submit', '/_inbox/incident']);

async function clicked(inbox: Inbox, { path, body }: InboxRequest): Promise<InboxResponse> {
  if (inbox.app === undefined)
    return { status: 409, body: 'no Slack app is known: POST /_inbox/app with url and signingSecret' };
  try {
    return await click(inbox, inbox.app, path, new URLSearchParams(body));
  } catch (error) {
    return { status: 502, body: error instanceof Error ? error.message : String(error) };
  }
}

function headersOf({ headers }: IncomingMessage): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  );
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The inbox listens to no port.');
  return address.port;
}
