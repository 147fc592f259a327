import { Latencies } from './latencies.ts';

export interface Latency {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** What came of the requests that have ended. */
export interface LoadReport {
  readonly seconds: number;
  readonly requests: number;
  /** No answer, or an answer that is neither 2xx nor 3xx. */
  readonly failed: number;
  /** By status code; without an answer by reason: `timeout`, `notSent` or the system's error code. */
  readonly byStatus: Readonly<Record<string, number>>;
  /** In milliseconds from the moment the request was due, so that a stall counts for every request it delayed. */
  readonly latencyMs: Latency;
  /** 95th percentile of how late this process sent a request: what of the latency is its own. */
  readonly sendDelayP95Ms: number;
  /** By what the answer's `x-version` header, or `version` in its JSON body, says. */
  readonly byVersion: Readonly<Record<string, { readonly requests: number; readonly failed: number }>>;
}

/** How one request ended. */
export interface Outcome {
  /** Status code, or the reason why there is none. */
  readonly status: number | string;
  readonly version: string | undefined;
  readonly latencyMs: number;
  readonly sendDelayMs: number;
}

/** Adds outcomes up. */
export class LoadTally {
  readonly #started = performance.now();
  readonly #latency = new Latencies();
  readonly #sendDelay = new Latencies();
  readonly #byStatus = new Map<string, number>();
  readonly #byVersion = new Map<string, { requests: number; failed: number }>();
  #requests = 0;
  #failed = 0;

  add({ status, version, latencyMs, sendDelayMs }: Outcome): void {
    const failed = typeof status === 'string' || status < 200 || status >= 400;
    this.#requests += 1;
    this.#failed += Number(failed);
    this.#byStatus.set(String(status), (this.#byStatus.get(String(status)) ?? 0) + 1);
    this.#latency.record(latencyMs);
    this.#sendDelay.record(sendDelayMs);
    if (version === undefined) return;
    const counts = this.#byVersion.get(version) ?? { requests: 0, failed: 0 };
    counts.requests += 1;
    counts.failed += Number(failed);
    this.#byVersion.set(version, counts);
  }

  report(): LoadReport {
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => this.#latency.percentile(share));
    return {
      seconds: Math.round((performance.now() - this.#started) / 100) / 10,
      requests: this.#requests,
      failed: this.#failed,
      byStatus: Object.fromEntries(this.#byStatus),
      latencyMs: { p50: p50 ?? 0, p95: p95 ?? 0, p99: p99 ?? 0 },
      sendDelayP95Ms: this.#sendDelay.percentile(0.95),
      byVersion: Object.fromEntries([...this.#byVersion].map(([version, counts]) => [version, { ...counts }])),
    };
  }
}
