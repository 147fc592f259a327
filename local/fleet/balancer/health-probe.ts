import http from 'node:http';
import type { HealthCheck, Target } from '../elb/target-group.ts';

/** What one health check found; the reason codes and sentences are AWS's. */
export type ProbeResult =
  { readonly passed: true } | { readonly passed: false; readonly reason: string; readonly description: string };

/** Asks a target how it is, on a connection of its own so that no pooled one hides a dead process. */
export function probe(target: Target, check: HealthCheck): Promise<ProbeResult> {
  const port = check.port === 'traffic-port' ? target.port : Number(check.port);
  const timeoutMs = check.timeoutSeconds * 1000;
  return new Promise((resolve) => {
    const request = http.request(
      {
        host: target.id,
        port,
        path: check.path,
        agent: false,
        headers: { host: `${target.id}:${port}`, 'user-agent': 'ELB-HealthChecker/2.0', connection: 'close' },
      },
      (response) => {
        clearTimeout(timer);
        response.resume();
        response.on('error', () => undefined);
        resolve(judge(response.statusCode ?? 0, check.matcher));
      },
    );
    const timer = setTimeout(() => {
      // Where this process itself was held up, the answer may be waiting to be read: read it before judging the target.
      setImmediate(() => {
        resolve({ passed: false, reason: 'Target.Timeout', description: 'Request timed out' });
        request.destroy();
      });
    }, timeoutMs);
    request.on('error', () => {
      clearTimeout(timer);
      resolve({ passed: false, reason: 'Target.FailedHealthChecks', description: 'Health checks failed' });
    });
    request.end();
  });
}

function judge(status: number, matcher: string): ProbeResult {
  if (matchesStatus(status, matcher)) return { passed: true };
  return {
    passed: false,
    reason: 'Target.ResponseCodeMismatch',
    description: `Health checks failed with these codes: [${status}]`,
  };
}

/** `200`, `200,202` or `200-299`. */
function matchesStatus(status: number, matcher: string): boolean {
  return matcher.split(',').some((part) => {
    const [from = '', to = from] = part.split('-');
    return status >= Number(from) && status <= Number(to);
  });
}
