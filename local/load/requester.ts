import { Agent, type IncomingMessage, request } from 'node:http';
import { errorCode } from '../process/error-code.ts';
import type { CheckedLoad } from './load-options.ts';

export interface Answer {
  /** Status code, or the reason why there is none: `timeout` or the system's error code. */
  readonly status: number | string;
  readonly version: string | undefined;
}

export interface Requester {
  /** One GET; never rejects. */
  get(): Promise<Answer>;
  /** Ends the connections. */
  close(): void;
}

/** A body longer than it is read to its end and not looked into. */
const longestBody = 16_384;

/** So many clients, each with connections of its own: a load balancer of several nodes gets traffic on all of them. */
const clients = 4;

/** Connections are kept and used again, as a browser's are; the requests go round the clients. */
export function requesterFor({ target, host, headers, timeoutSeconds, maxInFlight }: CheckedLoad): Requester {
  const agents = Array.from({ length: clients }, () => new Agent({ keepAlive: true, maxSockets: maxInFlight }));
  let turn = 0;
  const options = {
    host,
    port: target.port,
    path: target.pathname + target.search,
    headers: { host: target.host, ...headers },
  };
  return {
    get: () =>
      new Promise((resolve) => {
        turn += 1;
        const outgoing = request({ ...options, agent: agents[turn % clients] });
        // The whole exchange, connecting included; the agent's own time-out would begin anew with each packet.
        const timer = setTimeout(() => {
          resolve({ status: 'timeout', version: undefined });
          outgoing.destroy();
        }, timeoutSeconds * 1000);
        const end = (answer: Answer) => {
          clearTimeout(timer);
          resolve(answer);
        };
        outgoing.on('error', (error) => {
          end({ status: errorCode(error) ?? error.message, version: undefined });
        });
        outgoing.on('response', (response) => {
          read(response, end);
        });
        outgoing.end();
      }),
    close: () => {
      for (const agent of agents) agent.destroy();
    },
  };
}

function read(response: IncomingMessage, end: (answer: Answer) => void): void {
  const status = response.statusCode ?? 0;
  const header = response.headers['x-version'];
  const chunks: Buffer[] = [];
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= longestBody) chunks.push(chunk);
  });
  response.on('end', () => {
    const version =
      typeof header === 'string' ? header : size <= longestBody ? versionIn(Buffer.concat(chunks)) : undefined;
    end({ status, version });
  });
  // A body that is cut off is no answer.
  response.on('error', (error) => {
    end({ status: errorCode(error) ?? error.message, version: undefined });
  });
}

function versionIn(body: Buffer): string | undefined {
  if (body[0] !== '{'.charCodeAt(0)) return undefined;
  try {
    const parsed: unknown = JSON.parse(body.toString());
    if (typeof parsed !== 'object' || parsed === null || !('version' in parsed)) return undefined;
    return typeof parsed.version === 'string' || typeof parsed.version === 'number'
      ? String(parsed.version)
      : undefined;
  } catch {
    // Begins like JSON and is none: an answer without a version.
    return undefined;
  }
}
