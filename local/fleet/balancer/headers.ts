import type { IncomingMessage } from 'node:http';
import { randomBytes } from 'node:crypto';

/** Belong to one connection and must not be passed on (RFC 9110, section 7.6.1). */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const written = new Set(['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-port', 'x-amzn-trace-id', 'expect']);

/** Headers for the target: the client's own, as it wrote them, and those that an ALB adds. */
export function requestHeaders(request: IncomingMessage, port: number): string[] {
  const headers = passedOn(request, written);
  const { headers: given, socket } = request;
  const from = socket.remoteAddress ?? '';
  const before = given['x-forwarded-for'];
  headers.push('X-Forwarded-For', before === undefined ? from : `${[before].flat().join(', ')}, ${from}`);
  headers.push(
    'X-Forwarded-Proto',
    'http',
    'X-Forwarded-Port',
    String(port),
    'X-Amzn-Trace-Id',
    traceId(given['x-amzn-trace-id']),
  );
  if (given.host === undefined) headers.push('Host', `127.0.0.1:${port}`);
  // Keeps a chunked body chunked where node would not expect one, as with GET.
  if (given['transfer-encoding'] !== undefined) headers.push('Transfer-Encoding', 'chunked');
  return headers;
}

/** Headers for the client: the target's own, as it wrote them. */
export function responseHeaders(response: IncomingMessage): string[] {
  return passedOn(response, new Set());
}

function passedOn(message: IncomingMessage, left: ReadonlySet<string>): string[] {
  const named = new Set(
    (message.headers.connection ?? '')
      .toLowerCase()
      .split(',')
      .map((name) => name.trim()),
  );
  const raw = message.rawHeaders;
  const kept: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? '';
    const key = name.toLowerCase();
    if (hopByHop.has(key) || left.has(key) || named.has(key)) continue;
    kept.push(name, raw[index + 1] ?? '');
  }
  return kept;
}

function traceId(given: string | string[] | undefined): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  const own = `1-${seconds}-${randomBytes(12).toString('hex')}`;
  if (given === undefined) return `Root=${own}`;
  const before = [given].flat().join(';');
  return before.includes('Root=') ? `Self=${own};${before}` : `Root=${own};${before}`;
}
