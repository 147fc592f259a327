import type { Probe } from '../ports/probe.ts';

/** GET requests with the platform's own client. */
export function httpProbe(): Probe {
  return {
    async get(url, headers, timeoutSeconds) {
      const started = performance.now();
      try {
        const response = await fetch(url, {
          headers,
          redirect: 'manual',
          signal: AbortSignal.timeout(timeoutSeconds * 1000),
        });
        await response.arrayBuffer();
        return { status: response.status, milliseconds: Math.round(performance.now() - started) };
      } catch (error) {
        throw new Error(reasonOf(error, timeoutSeconds), { cause: error });
      }
    },
  };
}

/** The client itself says only "fetch failed" and hides what happened in the cause. */
function reasonOf(error: unknown, timeoutSeconds: number): string {
  if (textOf(error, 'name') === 'TimeoutError') return `no whole answer within ${String(timeoutSeconds)} s`;
  const cause: unknown = typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined;
  if (cause === undefined) return `the request failed: ${textOf(error, 'message') ?? String(error)}`;
  const [code = '', said = ''] = [textOf(cause, 'code'), textOf(cause, 'message')];
  return `the connection failed: ${said.includes(code) ? said : `${said} (${code})`}`;
}

function textOf(value: unknown, key: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const found: unknown = Reflect.get(value, key);
  return typeof found === 'string' ? found : undefined;
}
