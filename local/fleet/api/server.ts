import { randomUUID } from 'node:crypto';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError } from '../aws-error.ts';
import type { Faults } from '../control/faults.ts';
import type { Action, Actions } from './action.ts';
import { readQueryForm } from './query-form.ts';
import { recordRequest } from './record-requests.ts';
import { jsonProtocol, queryProtocol, type Protocol } from './protocol.ts';

/** File for the requests of a run, for a test that holds them against AWS's own models. */
const recordedRequests = process.env['SLUICE_RECORDED_REQUESTS'];

/** A part of the endpoint beside AWS's protocols; `undefined` where it has no such path. */
export type ControlRoutes = (method: string, path: string, body: string) => object | undefined;

export interface ApiServices {
  /** JSON 1.1 services by the prefix of `X-Amz-Target`. */
  readonly json: Readonly<Record<string, Actions>>;
  /** The service of the query protocol. */
  readonly query: Actions;
  readonly control: ControlRoutes;
  readonly faults: Faults;
  /** Whether the request rate of a query action is within what AWS grants. */
  readonly admits: (action: string) => boolean;
}

/** One endpoint for all services: JSON calls say theirs in `X-Amz-Target`, form bodies are ELB's, `/_fleet/` is the fleet's own. */
export function apiServer(services: ApiServices): http.Server {
  return http.createServer((request, response) => {
    void readBody(request)
      .then((body) => answer(services, request, body, response))
      .catch((error: unknown) => {
        process.stderr.write(
          `fleet: ${request.method ?? ''} ${request.url ?? ''} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
        );
        response.destroy();
      });
  });
}

async function answer(
  services: ApiServices,
  request: IncomingMessage,
  body: string,
  response: ServerResponse,
): Promise<void> {
  const { method = 'GET', url = '/', headers } = request;
  if (url.startsWith('/_fleet/')) {
    answerControl(services.control, method, url, body, response);
    return;
  }
  recordRequest(recordedRequests, request, body);
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    const [prefix = '', name = ''] = target.split('.');
    await call(
      services,
      jsonProtocol,
      name,
      services.json[prefix]?.[name],
      () => JSON.parse(body === '' ? '{}' : body) as unknown,
      response,
    );
    return;
  }
  const { Action: name, ...input } = readQueryForm(body);
  const known = typeof name === 'string' ? name : '';
  const action = services.query[known];
  const granted: Action | undefined =
    action === undefined || services.admits(known)
      ? action
      : () => Promise.reject(new AwsError('ThrottlingException', 'Rate exceeded'));
  await call(services, queryProtocol, known, granted, () => input, response);
}

async function call(
  services: ApiServices,
  protocol: Protocol,
  name: string,
  action: Action | undefined,
  read: () => unknown,
  response: ServerResponse,
): Promise<void> {
  const requestId = randomUUID();
  try {
    if (action === undefined) throw protocol.unknownAction(name);
    if (services.faults.take('throttle', name)) throw protocol.throttled();
    const holdSeconds = services.faults.holdSeconds(name);
    if (holdSeconds > 0) await sleep(holdSeconds * 1000, undefined, { ref: false });
    const result = await action(read());
    if (services.faults.take('lose-response', name)) {
      response.destroy();
      return;
    }
    send(response, 200, protocol.contentType, protocol.result(name, result, requestId), requestId);
  } catch (error) {
    const refusal = error instanceof AwsError ? error : internal(name, error);
    send(response, refusal.status, protocol.contentType, protocol.error(refusal, requestId), requestId);
  }
}

/** A fault of the fleet itself: told on stderr, and to the caller as AWS would tell it. */
function internal(name: string, error: unknown): AwsError {
  process.stderr.write(
    `fleet: ${name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  return new AwsError('InternalFailure', `The fleet could not carry out ${name}: ${String(error)}`, 500);
}

function answerControl(
  control: ControlRoutes,
  method: string,
  path: string,
  body: string,
  response: ServerResponse,
): void {
  try {
    const result = control(method, path, body);
    if (result === undefined)
      send(
        response,
        404,
        'application/json',
        JSON.stringify({ error: `${method} ${path} is not a route of the fleet` }),
      );
    else send(response, 200, 'application/json', JSON.stringify(result));
  } catch (error) {
    send(
      response,
      400,
      'application/json',
      JSON.stringify({ error: error instanceof Error ? error.message : String(error) }),
    );
  }
}

function send(response: ServerResponse, status: number, contentType: string, body: string, requestId = ''): void {
  response.writeHead(status, {
    'Content-Type': contentType,
    'Content-Length': Buffer.byteLength(body),
    'x-amzn-RequestId': requestId,
  });
  response.end(body);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
