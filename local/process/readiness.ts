import { setTimeout as sleep } from 'node:timers/promises';
import type { Output } from './output.ts';

/** How a process shows that it can be used. */
export type Readiness =
  | { readonly line: RegExp }
  | {
      /** Answers 200 when ready. */
      readonly url: string;
      /** Tells the process's own answer from that of a stranger on the same port. */
      readonly accepts?: (body: string) => boolean;
    };

/**
 * Waits until a process is ready; returns the line that said so, if a line did.
 * @throws the reason of `signal` once that is aborted
 */
export async function untilReady(
  readiness: Readiness,
  output: Output,
  signal: AbortSignal,
): Promise<string | undefined> {
  if ('line' in readiness) return lineThatMatches(readiness.line, output, signal);
  while (!(await answers(readiness, signal))) {
    // The sleep rejects with an error of its own when the signal aborts; the reason is thrown below.
    await sleep(50, undefined, { signal }).catch(() => undefined);
    signal.throwIfAborted();
  }
  return undefined;
}

function lineThatMatches(pattern: RegExp, output: Output, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    output.onLine((line, stream) => {
      if (stream === 'stdout' && pattern.test(line)) resolve(line);
    });
    signal.addEventListener('abort', () => {
      reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
    });
  });
}

async function answers(readiness: Extract<Readiness, { url: string }>, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(readiness.url, { signal: AbortSignal.any([signal, AbortSignal.timeout(2000)]) });
    const body = await response.text();
    return response.status === 200 && (readiness.accepts?.(body) ?? true);
  } catch {
    // Nothing listens yet, or what listens does not speak HTTP yet.
    signal.throwIfAborted();
    return false;
  }
}
