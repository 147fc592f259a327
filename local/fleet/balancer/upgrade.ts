import http, { type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Target, TargetGroup } from '../elb/target-group.ts';
import { balancerTitle } from './balancer-page.ts';
import { requestHeaders } from './headers.ts';
import type { TrafficObserver } from './traffic.ts';

/** A request to change protocols, such as one that opens a WebSocket. */
export interface UpgradeSetting {
  readonly request: IncomingMessage;
  /** The client's connection. */
  readonly client: Duplex;
  /** What the client has sent already of the new protocol. */
  readonly head: Buffer;
  /** Port of the listener. */
  readonly port: number;
  readonly idleTimeoutMs: number;
  readonly observer: TrafficObserver;
}

/**
 * Carries an upgraded connection between a client and a target until either closes it, it is silent for longer than the idle
 * timeout, or the target's deregistration delay is over. A change of weights does not touch it: it stays with its target.
 */
export function upgrade(group: TargetGroup, target: Target, setting: UpgradeSetting): void {
  const { request, client, head, port, idleTimeoutMs, observer } = setting;
  let status: number | undefined;
  const end = once(() => {
    target.inFlight -= 1;
    target.connections.delete(client);
    observer.ended({ at: Date.now(), group, status, dropped: false, targetSeconds: undefined, reason: undefined });
  });
  observer.began(group);
  target.inFlight += 1;
  target.connections.add(client);
  client.on('close', end);
  client.on('error', () => client.destroy());
  const headers = [...requestHeaders(request, port), 'Connection', 'Upgrade', 'Upgrade', request.headers.upgrade ?? ''];
  const outgoing = http.request({ host: target.id, port: target.port, path: request.url, agent: false, headers });
  outgoing.on('upgrade', (answer, upstream: Socket, early) => {
    status = answer.statusCode;
    client.write(headOf(answer));
    if (early.length > 0) client.write(early);
    if (head.length > 0) upstream.write(head);
    upstream.setTimeout(idleTimeoutMs, () => upstream.destroy());
    join(client, upstream);
  });
  outgoing.on('response', (answer) => {
    // The target does not change protocols: its answer is the last thing on this connection.
    status = answer.statusCode;
    client.write(headOf(answer));
    answer.pipe(client);
  });
  outgoing.on('error', () => {
    status ??= 502;
    refuseUpgrade(client, 502);
  });
  outgoing.end();
}

/** Answers an upgrade in the balancer's own name, and closes. */
export function refuseUpgrade(client: Duplex, status: number): void {
  if (client.writable)
    client.end(
      `HTTP/1.1 ${status} ${balancerTitle(status)}\r\nServer: awselb/2.0\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    );
}

function join(client: Duplex, upstream: Duplex): void {
  client.pipe(upstream).pipe(client);
  upstream.on('error', () => upstream.destroy());
  upstream.on('close', () => client.destroy());
  client.on('close', () => upstream.destroy());
  // A client that says that it is done closes the connection; half of one is of no use here.
  client.on('end', () => client.destroy());
}

function headOf(answer: IncomingMessage): string {
  const lines = [`HTTP/1.1 ${answer.statusCode ?? 0} ${answer.statusMessage ?? ''}`];
  for (let index = 0; index + 1 < answer.rawHeaders.length; index += 2)
    lines.push(`${answer.rawHeaders[index] ?? ''}: ${answer.rawHeaders[index + 1] ?? ''}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function once(run: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    run();
  };
}
