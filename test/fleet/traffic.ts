import http from 'node:http';

/** What a client saw of one request. */
export interface Seen {
  /** Undefined where the connection broke. */
  readonly status: number | undefined;
  readonly body: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly error: string | undefined;
}

export interface Sending {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** One request on a connection of a pool; a broken connection is a result, not an exception. */
export function send(url: string, agent: http.Agent, sending: Sending = {}): Promise<Seen> {
  return new Promise((resolve) => {
    const request = http.request(url, {
      agent,
      method: sending.method ?? 'GET',
      ...(sending.path === undefined ? {} : { path: sending.path }),
      headers: {
        ...sending.headers,
        ...(sending.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(sending.body)) }),
      },
    });
    const broken = (error: Error) => {
      resolve({ status: undefined, body: '', headers: {}, error: error.message });
    };
    request.on('error', broken);
    request.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('error', broken);
      response.on('end', () => {
        resolve({ status: response.statusCode, body, headers: response.headers, error: undefined });
      });
    });
    request.end(sending.body);
  });
}

/** Sends so many requests over so many kept connections. */
export async function sendMany(
  url: string,
  count: number,
  concurrency: number,
  sending: Sending = {},
): Promise<Seen[]> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: concurrency });
  const seen: Seen[] = [];
  let left = count;
  const client = async () => {
    while (left > 0) {
      left -= 1;
      seen.push(await send(url, agent, sending));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, client));
  agent.destroy();
  return seen;
}

/** Requests that go on until told to stop. */
export interface SteadyTraffic {
  readonly seen: readonly Seen[];
  readonly stop: () => Promise<readonly Seen[]>;
}

/** Also where a test fails before it stops its traffic, the traffic ends. */
const longestTrafficMs = 100_000;

export function steadyTraffic(url: string, concurrency: number, sending: Sending = {}): SteadyTraffic {
  const agent = new http.Agent({ keepAlive: true, maxSockets: concurrency });
  const seen: Seen[] = [];
  const deadline = performance.now() + longestTrafficMs;
  let going = true;
  const client = async () => {
    while (going && performance.now() < deadline) seen.push(await send(url, agent, sending));
  };
  const clients = Promise.all(Array.from({ length: concurrency }, client));
  return {
    seen,
    stop: async () => {
      going = false;
      await clients;
      agent.destroy();
      return seen;
    },
  };
}

/** Requests that did not get a 2xx answer, with what they got. */
export function failuresIn(seen: readonly Seen[]): readonly string[] {
  return seen
    .filter(({ status }) => status === undefined || status >= 300)
    .map(({ status, error }) => error ?? `status ${String(status)}`);
}
