import type { Probe } from '../ports/probe.ts';

/** GET requests with the platform's own client. */
export function httpProbe(): Probe {
  return {
    async get(url, headers, timeoutSeconds) {
      const started = performance.now();
      const response = await fetch(url, {
        headers,
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutSeconds * 1000),
      });
      await response.arrayBuffer();
      return { status: response.status, milliseconds: Math.round(performance.now() - started) };
    },
  };
}
