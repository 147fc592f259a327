import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { AwsError } from '../aws-error.ts';
import type { RoutedRequest } from '../elb/condition-match.ts';
import type { BalancerNode, Listener, LoadBalancer } from '../elb/model.ts';
import { chooseGroup, routeOf, type Route } from '../elb/route-table.ts';
import { nextTarget } from '../elb/target-group.ts';
import { Exchange } from './exchange.ts';
import { redirectLocation } from './redirect.ts';
import { stickyCookies, stickyGroup } from './stickiness.ts';
import type { TrafficObserver } from './traffic.ts';
import { refuseUpgrade, upgrade } from './upgrade.ts';

/**
 * The proxy: one HTTP server a listener, on 127.0.0.1 and the listener's port. Its name stands for several nodes: connections
 * go to them in turn, as those of clients do that resolve the name, and each connection stays with its node.
 */
export class ListenerServers {
  readonly #observer: TrafficObserver;
  readonly #random: () => number;
  readonly #servers = new Map<Listener, http.Server>();
  readonly #nodes = new WeakMap<Socket, BalancerNode>();
  // Node ends idle connections before the target's own `Keep-Alive: timeout` hint is up.
  readonly #agent = new http.Agent({ keepAlive: true, maxFreeSockets: 256, scheduling: 'lifo' });

  constructor(observer: TrafficObserver, random: () => number) {
    this.#observer = observer;
    this.#random = random;
  }

  /** Starts to listen. @throws AwsError where the port is taken */
  async open(listener: Listener, port = listener.port): Promise<void> {
    const server = http.createServer({ requestTimeout: 0, keepAliveTimeout: 3_600_000 }, (request, response) => {
      this.#serve(listener, request, response);
    });
    server.on('upgrade', (request, client, head) => {
      this.#upgrade(listener, request, client, head);
    });
    let connections = 0;
    server.on('connection', (socket) => {
      const node = listener.nodes[connections % listener.nodes.length];
      connections += 1;
      if (node !== undefined) this.#nodes.set(socket, node);
    });
    await listen(server, port);
    this.#servers.set(listener, server);
  }

  /** Takes another port; requests that came by the old one are finished. @throws AwsError where the new port is taken */
  async move(listener: Listener, port: number): Promise<void> {
    const old = this.#servers.get(listener);
    await this.open(listener, port);
    listener.port = port;
    retire(old);
  }

  /** Stops to listen; requests under way are finished. */
  close(listener: Listener): void {
    retire(this.#servers.get(listener));
    this.#servers.delete(listener);
  }

  /** Ends everything at once. */
  stop(): void {
    for (const server of this.#servers.values()) {
      server.close();
      server.closeAllConnections();
    }
    this.#servers.clear();
    this.#agent.destroy();
  }

  #serve(listener: Listener, request: IncomingMessage, response: ServerResponse): void {
    const { loadBalancer, port } = listener;
    const idleTimeoutMs = idleTimeoutOf(loadBalancer);
    const exchange = new Exchange(request, response, {
      loadBalancer,
      port,
      agent: this.#agent,
      idleTimeoutMs,
      observer: this.#observer,
    });
    try {
      const routed = routedRequest(request);
      // The table is read once: this request sees either all of a rule change or nothing of it.
      const route = routeOf(this.#nodeOf(request.socket).table, routed);
      if (route === undefined) exchange.refuse(503, 'no rule');
      else this.#follow(exchange, route, routed, request, port);
    } catch (error) {
      // For example a path that may not be sent on as it is.
      process.stderr.write(
        `fleet: request ${request.method ?? ''} ${request.url ?? ''} cannot be routed: ${String(error)}\n`,
      );
      if (!response.headersSent) exchange.answer(400, { 'Content-Type': 'text/plain' }, 'Bad Request');
    }
  }

  /** The node that a connection leads to. */
  #nodeOf(socket: Socket): BalancerNode {
    const node = this.#nodes.get(socket);
    if (node === undefined) throw new Error('this connection was not given to a node');
    return node;
  }

  #upgrade(listener: Listener, request: IncomingMessage, client: Duplex, head: Buffer): void {
    const route = routeOf(this.#nodeOf(request.socket).table, routedRequest(request));
    const group = route?.type === 'forward' ? chooseGroup(route.choices, route.totalWeight, this.#random()) : undefined;
    const target = group === undefined ? undefined : nextTarget(group);
    if (group === undefined || target === undefined) {
      refuseUpgrade(client, 503);
      return;
    }
    const { loadBalancer, port } = listener;
    const observer = this.#observer;
    upgrade(group, target, { request, client, head, port, idleTimeoutMs: idleTimeoutOf(loadBalancer), observer });
  }

  #follow(exchange: Exchange, route: Route, routed: RoutedRequest, request: IncomingMessage, port: number): void {
    switch (route.type) {
      case 'fixed-response':
        exchange.answer(route.status, { 'Content-Type': route.contentType }, route.body);
        return;
      case 'redirect':
        exchange.answer(
          route.config.StatusCode === 'HTTP_301' ? 301 : 302,
          { Location: redirectLocation(route.config, routed, port), 'Content-Type': 'text/html' },
          '',
        );
        return;
      case 'forward':
        this.#forward(exchange, route, request);
        return;
    }
  }

  #forward(exchange: Exchange, route: Extract<Route, { type: 'forward' }>, request: IncomingMessage): void {
    const now = Date.now();
    const sticky =
      route.stickySeconds === undefined ? undefined : stickyGroup(request.headers.cookie, route.choices, now);
    const group = sticky?.group ?? chooseGroup(route.choices, route.totalWeight, this.#random());
    const target = group === undefined ? undefined : nextTarget(group);
    if (group === undefined || target === undefined) {
      exchange.refuse(503, group === undefined ? 'all weights are zero' : `no target in ${group.name}`);
      return;
    }
    const cookies =
      route.stickySeconds === undefined
        ? []
        : stickyCookies(group, sticky?.until ?? now + route.stickySeconds * 1000, now);
    exchange.forward(group, target, cookies);
  }
}

function idleTimeoutOf({ attributes }: LoadBalancer): number {
  return Number(attributes.get('idle_timeout.timeout_seconds') ?? 60) * 1000;
}

function retire(server: http.Server | undefined): void {
  server?.close();
  server?.closeIdleConnections();
}

function routedRequest(request: IncomingMessage): RoutedRequest {
  const url = request.url ?? '/';
  const mark = url.indexOf('?');
  return {
    method: request.method ?? 'GET',
    path: mark === -1 ? url : url.slice(0, mark),
    query: mark === -1 ? '' : url.slice(mark + 1),
    host: (request.headers.host ?? '').replace(/:\d+$/, ''),
    headers: request.headers,
    sourceIp: (request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
  };
}

function listen(server: http.Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? `port ${port} is taken on this machine: give the listener another port`
          : `port ${port} cannot be opened: ${error.message}`;
      reject(new AwsError('InvalidConfigurationRequest', `The listener cannot listen on 127.0.0.1, ${why}`));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}
