import { randomUUID } from 'node:crypto';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError } from '../aws-error.ts';
import type { Faults } from '../control/faults.ts';
import type { Action, Actions } from './action.ts';
import type { Authorise, SignedRequest } from './evaluator.ts';
import { readQueryForm } from './query-form.ts';
import { recordRequest } from './record-requests.ts';
import { jsonProtocol, queryProtocol, type Protocol } from './protocol.ts';
import type { RightsAsked } from './rights.ts';

/** File for the requests of a run, for a test that holds them against AWS's own models. */
const recordedRequests = process.env['SLUICE_RECORDED_REQUESTS'];

/** A part of the endpoint beside AWS's protocols; `undefined` where it has no such path. */
export type ControlRoutes = (method: string, path: string, body: string) => object | undefined;

/** A service of AWS. */
export interface ApiService {
  /** As IAM knows it, the prefix of its actions. */
  readonly name: string;
  readonly actions: Actions;
  readonly rights: RightsAsked;
}

export interface ApiServices {
  /** JSON 1.1 services by the prefix of `X-Amz-Target`. */
  readonly json: Readonly<Record<string, ApiService>>;
  /** The service of the query protocol. */
  readonly query: ApiService;
  /** Asked before every action; without it everything is allowed. */
  readonly authorise: Authorise | undefined;
  readonly control: ControlRoutes;
  readonly faults: Faults;
  /** Whether the request rate of a query action is within what AWS grants. */
  readonly admits: (action: string) => boolean;
}

/** One endpoint for all services: JSON calls say theirs in `X-Amz-Target`, form bodies are ELB's, `/_fleet/` is the fleet's own. */
export function apiServer(services: ApiServices): http.Server {
  // A connection that is closed for idleness just as a client uses it again is a lost call, and says nothing of what is tried.
  return http.createServer({ keepAliveTimeout: 3_600_000 }, (request, response) => {
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
  const signed = { request, body };
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    const [prefix = '', name = ''] = target.split('.');
    const service = services.json[prefix];
    const action = service?.actions[name];
    const read = () => JSON.parse(body === '' ? '{}' : body) as unknown;
    await call(
      services,
      jsonProtocol,
      { name, action, read, allow: allowing(services, service, name, signed) },
      response,
    );
    return;
  }
  const { Action: given, ...input } = readQueryForm(body);
  const name = typeof given === 'string' ? given : '';
  const action = services.query.actions[name];
  const granted: Action | undefined = services.faults.take('refuse', 'elb')
    ? () => Promise.reject(new AwsError('ServiceUnavailable', 'The service is unavailable', 503))
    : action === undefined || services.admits(name)
      ? action
      : () => Promise.reject(new AwsError('ThrottlingException', 'Rate exceeded'));
  const allow = allowing(services, services.query, name, signed);
  await call(services, queryProtocol, { name, action: granted, read: () => input, allow }, response);
}

/** One call of an action. */
interface Call {
  readonly name: string;
  /** `undefined` where the service has none of that name. */
  readonly action: Action | undefined;
  readonly read: () => unknown;
  /** @throws AwsError where IAM does not allow it */
  readonly allow: (input: unknown) => Promise<void>;
}

function allowing(
  { authorise }: ApiServices,
  service: ApiService | undefined,
  name: string,
  signed: SignedRequest,
): Call['allow'] {
  return async (input) => {
    if (authorise !== undefined && service !== undefined)
      await authorise(signed, service.name, () => service.rights[name]?.(input));
  };
}

async function call(
  services: ApiServices,
  protocol: Protocol,
  { name, action, read, allow }: Call,
  response: ServerResponse,
): Promise<void> {
  const requestId = randomUUID();
  try {
    if (action === undefined) throw protocol.unknownAction(name);
    const input = read();
    await allow(input);
    if (services.faults.take('throttle', name)) throw protocol.throttled();
    const holdSeconds = services.faults.holdSeconds(name);
    if (holdSeconds > 0) await sleep(holdSeconds * 1000, undefined, { ref: false });
    const result = await action(input);
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
