import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { LoadBalancer } from '../elb/model.ts';
import type { Target, TargetGroup } from '../elb/target-group.ts';
import { balancerPage, balancerTitle } from './balancer-page.ts';
import { requestHeaders, responseHeaders } from './headers.ts';
import type { TrafficObserver } from './traffic.ts';

/** One request on its way through the balancer. */
export interface ExchangeSetting {
  readonly loadBalancer: LoadBalancer;
  readonly port: number;
  readonly agent: http.Agent;
  readonly idleTimeoutMs: number;
  readonly observer: TrafficObserver;
}

/** Methods that may be sent twice without harm (RFC 9110, section 9.2.2). */
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/**
 * Carries one request to a target and its response back, streaming both ways. Each exchange reports to the observer once when its
 * answer is known and once when it is over, whatever happens on either side.
 */
export class Exchange {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #setting: ExchangeSetting;
  #group: TargetGroup | undefined;
  #targetSeconds: number | undefined;
  #known = false;
  /** The target's response broke off after it had begun. */
  #broken = false;
  #reason: string | undefined;

  constructor(request: IncomingMessage, response: ServerResponse, setting: ExchangeSetting) {
    this.#request = request;
    this.#response = response;
    this.#setting = setting;
    request.on('error', () => undefined);
    response.on('close', () => {
      this.#end();
    });
  }

  /** Answers in the balancer's own name. */
  answer(status: number, headers: Readonly<Record<string, string>>, body: string): void {
    this.#report(undefined, status);
    this.#request.unpipe();
    this.#request.resume();
    this.#response.writeHead(status, {
      Server: 'awselb/2.0',
      ...headers,
      'Content-Length': String(Buffer.byteLength(body)),
    });
    this.#response.end(this.#request.method === 'HEAD' ? undefined : body);
  }

  /** Answers with the balancer's own error page: 502, 503 or 504. */
  refuse(status: number, reason: string): void {
    if (this.#response.headersSent || this.#response.destroyed) return;
    this.#reason = reason;
    this.#response.statusMessage = balancerTitle(status);
    this.answer(status, { 'Content-Type': 'text/html' }, balancerPage(status));
  }

  /** Sends the request to a target; `cookies` are added to its response. */
  forward(group: TargetGroup, target: Target, cookies: readonly string[]): void {
    this.#group = group;
    this.#setting.observer.began(group);
    target.inFlight += 1;
    this.#response.on('close', () => {
      target.inFlight -= 1;
    });
    this.#send(target, cookies, this.#setting.agent);
  }

  #send(target: Target, cookies: readonly string[], agent: http.Agent | false): void {
    const { method = 'GET', url = '/' } = this.#request;
    const startedAt = performance.now();
    const outgoing = http.request({
      host: target.id,
      port: target.port,
      method,
      path: url,
      agent,
      headers: requestHeaders(this.#request, this.#setting.port),
    });
    const idle = setTimeout(() => {
      this.refuse(504, 'no answer within the idle timeout');
      this.#breakOff('silent for longer than the idle timeout');
      outgoing.destroy();
    }, this.#setting.idleTimeoutMs);
    this.#response.on('close', () => {
      clearTimeout(idle);
      if (!this.#response.writableFinished) outgoing.destroy();
    });
    outgoing.on('response', (incoming) => {
      incoming.on('data', () => {
        idle.refresh();
      });
      this.#targetSeconds = (performance.now() - startedAt) / 1000;
      this.#relay(incoming, cookies);
    });
    outgoing.on('error', (error) => {
      clearTimeout(idle);
      if (this.#mayResend(outgoing, error)) this.#send(target, cookies, false);
      else if (this.#response.headersSent) this.#breakOff(describe(error));
      else this.refuse(502, `${target.state} target: ${describe(error)}`);
    });
    if (hasBody(this.#request))
      this.#request
        .on('data', () => {
          idle.refresh();
        })
        .pipe(outgoing);
    else outgoing.end();
  }

  #relay(incoming: IncomingMessage, cookies: readonly string[]): void {
    if (this.#response.headersSent || this.#response.destroyed) {
      incoming.destroy();
      return;
    }
    const headers = responseHeaders(incoming);
    for (const cookie of cookies) headers.push('Set-Cookie', cookie);
    try {
      this.#response.writeHead(incoming.statusCode ?? 0, incoming.statusMessage ?? '', headers);
    } catch {
      // A status or a header that may not be passed on: for a client that is a malformed response.
      incoming.destroy();
      this.refuse(502, 'a status or header that may not be passed on');
      return;
    }
    this.#report(incoming.statusCode, undefined);
    incoming.on('error', (error) => {
      this.#breakOff(describe(error));
    });
    incoming.pipe(this.#response);
  }

  /**
   * A target may close an idle connection in the same moment as a request is written to it. Where the connection was used before,
   * nothing of a response came and there was no body to lose, the request was not processed: it goes out again on a new connection.
   */
  #mayResend(outgoing: http.ClientRequest, error: NodeJS.ErrnoException): boolean {
    const closed = error.code === 'ECONNRESET' || error.code === 'EPIPE';
    const fresh = !this.#response.headersSent && !this.#response.destroyed;
    return (
      outgoing.reusedSocket && closed && fresh && !hasBody(this.#request) && idempotent.has(this.#request.method ?? '')
    );
  }

  /** The client sees a connection that breaks, never a response that looks whole. */
  #breakOff(reason: string): void {
    if (!this.#response.headersSent || this.#response.writableEnded) return;
    this.#broken = true;
    this.#reason = reason;
    this.#response.destroy();
  }

  #report(targetStatus: number | undefined, balancerStatus: number | undefined): void {
    if (this.#known) return;
    this.#known = true;
    const { loadBalancer, observer } = this.#setting;
    observer.answered({
      at: Date.now(),
      loadBalancer,
      group: this.#group,
      targetStatus,
      balancerStatus,
      targetSeconds: targetStatus === undefined ? undefined : this.#targetSeconds,
    });
  }

  #end(): void {
    // The client left before there was an answer: an ALB logs 460 and counts no response of the target.
    this.#report(undefined, 460);
    const status = this.#response.headersSent ? this.#response.statusCode : undefined;
    this.#setting.observer.ended({
      at: Date.now(),
      group: this.#group,
      status,
      dropped: this.#broken,
      targetSeconds: this.#targetSeconds,
      reason: this.#reason,
    });
  }
}

function describe({ code, message }: NodeJS.ErrnoException): string {
  return code ?? message;
}

function hasBody(request: IncomingMessage): boolean {
  return request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
}
