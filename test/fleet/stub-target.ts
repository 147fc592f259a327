import http from 'node:http';
import type net from 'node:net';
import type { Duplex } from 'node:stream';
import { RegisterTargetsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { eventually } from '../setup/eventually.ts';
import type { FleetUnderTest } from './fleet-under-test.ts';

/** A target inside the test: healthy at `/health` until told otherwise, and whatever the test wants elsewhere. */
export interface StubTarget {
  readonly port: number;
  /** Status of its health checks; change it at will. */
  healthStatus: number;
  readonly stop: () => Promise<void>;
}

export type StubHandler = (request: http.IncomingMessage, response: http.ServerResponse, socket: net.Socket) => void;

/** A target that answers every request with its name. */
export function answering(name: string): StubHandler {
  return (request, response) => {
    request.resume().on('end', () => response.end(name));
  };
}

export type UpgradeHandler = (request: http.IncomingMessage, socket: Duplex) => void;

export async function startStub(handler: StubHandler, onUpgrade?: UpgradeHandler): Promise<StubTarget> {
  const server = http.createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    if (request.url === '/health') response.writeHead(stub.healthStatus).end();
    else handler(request, response, request.socket);
  });
  const upgraded = new Set<Duplex>();
  if (onUpgrade !== undefined)
    server.on('upgrade', (request, socket) => {
      upgraded.add(socket);
      onUpgrade(request, socket);
    });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has no TCP address');
  const stub: StubTarget = {
    port: address.port,
    healthStatus: 200,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
        for (const socket of upgraded) socket.destroy();
      }),
  };
  return stub;
}

/** Registers targets and waits until the load balancer calls them healthy. */
export async function registerHealthy(
  { elb }: FleetUnderTest,
  group: string,
  ...stubs: readonly StubTarget[]
): Promise<void> {
  await elb.send(
    new RegisterTargetsCommand({
      TargetGroupArn: group,
      Targets: stubs.map(({ port }) => ({ Id: '127.0.0.1', Port: port })),
    }),
  );
  await eventually('all targets are healthy', async () => {
    const states = await targetStates({ elb }, group);
    return stubs.every(({ port }) => states.get(port) === 'healthy');
  });
}

/** State by port. */
export async function targetStates(
  { elb }: Pick<FleetUnderTest, 'elb'>,
  group: string,
): Promise<Map<number | undefined, string | undefined>> {
  const { TargetHealthDescriptions } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: group }));
  return new Map(
    (TargetHealthDescriptions ?? []).map(({ Target, TargetHealth }) => [Target?.Port, TargetHealth?.State]),
  );
}
