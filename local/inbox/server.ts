import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
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
    void text(request).then((body) => {
      const answer = inbox.handle({
        method: request.method ?? 'GET',
        path: new URL(request.url ?? '/', 'http://inbox').pathname,
        headers: headersOf(request),
        body,
      });
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
