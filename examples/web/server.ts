import http, { type IncomingMessage, type ServerResponse } from 'node:http';

/**
 * A small web service whose environment decides how well it behaves:
 * PORT, VERSION, ERROR_SHARE and SLOW_SHARE (0 to 1), SLOW_MS, START_DELAY_MS, UNHEALTHY (`true`: health checks fail),
 * EXIT_AFTER_MS (it crashes). Its health endpoints answer whatever ERROR_SHARE says: a bad version often looks well.
 *
 * It also leans on something that can fail whatever the version is: a request with header `x-dependency-failures: 0.01` meets a
 * dependency that fails for 1 % of its calls, and DEPENDENCY_CALLS (default 1) is how often this version calls it for a request.
 */
const { env } = process;
const port = Number(env['PORT'] ?? 8080);
const version = env['VERSION'] ?? 'dev';
const errorShare = Number(env['ERROR_SHARE'] ?? 0);
const slowShare = Number(env['SLOW_SHARE'] ?? 0);
const slowMs = Number(env['SLOW_MS'] ?? 0);
const dependencyCalls = Number(env['DEPENDENCY_CALLS'] ?? 1);
const unhealthy = env['UNHEALTHY'] === 'true';
const startedAt = Date.now();
let ending = false;

const server = http.createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  request.resume();
  if (path === '/health' || path.startsWith('/health/')) health(path, response);
  else if (path === '/' || path.startsWith('/api/')) work(path, request, response);
  else send(response, 404, { error: `nothing is at ${path}` });
});

function health(path: string, response: ServerResponse): void {
  const status = unhealthy ? 503 : 200;
  const word = unhealthy ? 'unhealthy' : 'ok';
  switch (path) {
    case '/health/live':
      send(response, 200, { status: 'ok' });
      return;
    case '/health/detailed':
      send(response, status, {
        status: word,
        version,
        uptimeSeconds: (Date.now() - startedAt) / 1000,
        checks: { database: 'ok', cache: 'ok' },
      });
      return;
    case '/health':
    case '/health/ready':
      send(response, status, { status: word, version });
      return;
    default:
      send(response, 404, { error: `nothing is at ${path}` });
  }
}

function work(path: string, request: IncomingMessage, response: ServerResponse): void {
  const answer = () => {
    if (dependencyFails(request)) send(response, 502, { error: 'the dependency failed', version });
    else if (Math.random() < errorShare)
      send(response, 500, { error: 'this version fails for a share of requests', version });
    else send(response, 200, { version, path, method: request.method });
  };
  if (Math.random() < slowShare) setTimeout(answer, slowMs);
  else answer();
}

function dependencyFails({ headers }: IncomingMessage): boolean {
  const share = Number(headers['x-dependency-failures'] ?? 0);
  return share > 0 && Math.random() > (1 - share) ** dependencyCalls;
}

function send(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  // A connection that stayed open after the last answer would keep the process from ending.
  if (ending) response.setHeader('Connection', 'close');
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}

/** Finishes what is under way, takes nothing new, and ends. */
function shutDown(): void {
  ending = true;
  server.close(() => process.exit(0));
  server.closeIdleConnections();
}

/** A command in place of serving, as a migration is one: `exit 3` ends with that code, `wait` never ends. */
const [command, code = '0'] = process.argv.slice(2);
if (command === 'exit') process.exit(Number(code));
if (command === 'wait') setInterval(() => undefined, 60_000);
else {
  process.on('SIGTERM', shutDown);
  process.on('SIGINT', shutDown);
}
setTimeout(
  () => {
    if (command === undefined)
      server.listen(port, '127.0.0.1', () => {
        console.log(`web ${version} listens on ${port}`);
      });
  },
  Number(env['START_DELAY_MS'] ?? 0),
);
if (env['EXIT_AFTER_MS'] !== undefined) setTimeout(() => process.exit(1), Number(env['EXIT_AFTER_MS']));
