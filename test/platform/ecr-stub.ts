import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { ECRClient } from '@aws-sdk/client-ecr';

interface Request {
  readonly action: string | undefined;
  /** That the request is signed for. */
  readonly region: string | undefined;
  readonly body: unknown;
}

/** An ECR that gives the same answer to every request and keeps what it was asked, by whatever region's client. */
export async function startEcrStub(answer: object) {
  const requests: Request[] = [];
  const server = http.createServer((request, response) => {
    void text(request).then((body) => {
      requests.push({
        action: String(request.headers['x-amz-target']).split('.').at(-1),
        region: /Credential=[^/]+\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? '')?.[1],
        body: JSON.parse(body),
      });
      response.setHeader('content-type', 'application/x-amz-json-1.1').end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port }: AddressInfo = addressOf(server);
  const clients: ECRClient[] = [];
  return {
    requests,
    connect: (region = 'eu-west-1') => {
      const client = new ECRClient({
        endpoint: `http://127.0.0.1:${port}`,
        region,
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      });
      clients.push(client);
      return client;
    },
    stop: async () => {
      for (const client of clients) client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Where a server of a test listens. */
export function addressOf(server: http.Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the stub listens on no port');
  return address;
}
