import { setTimeout as delay } from 'node:timers/promises';
import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import type { ElbModel } from '../elb/model.ts';
import type { MetricBuckets, PeriodBucket } from './buckets.ts';
import { periodData, type NamespaceData } from './data.ts';
import { rootCredentials } from '../root-credentials.ts';

export interface PublisherSetting {
  /** Base URL of CloudWatch. */
  readonly endpoint: string;
  readonly region: string;
  readonly periodMs: number;
  /** Thresholds in seconds for `SlowRequestCount`. */
  readonly slowSeconds: readonly number[];
  /** How late metrics are to be, in seconds. */
  readonly delaySeconds: () => number;
}

/** After the client's own retries; a request that keeps failing is given up and told. */
const attempts = 3;
const pauseMs = 500;
/** PutMetricData takes at most 1,000 metrics a call. */
const mostMetrics = 1000;
/** A timer may fire a little early; what is published must be over. */
const afterPeriodMs = 5;

/** Publishes each period's metrics once, right after the period has ended. Never throws: what cannot be published is told on stderr. */
export class MetricPublisher {
  readonly #client: CloudWatchClient;
  readonly #setting: PublisherSetting;
  readonly #buckets: MetricBuckets;
  readonly #model: ElbModel;
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> = Promise.resolve();

  constructor(setting: PublisherSetting, buckets: MetricBuckets, model: ElbModel) {
    this.#setting = setting;
    this.#buckets = buckets;
    this.#model = model;
    this.#client = new CloudWatchClient({
      endpoint: setting.endpoint,
      region: setting.region,
      credentials: rootCredentials,
      disableRequestCompression: true,
    });
    this.#schedule();
  }

  /** Finishes the call under way and stops. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#stopping.abort();
    await this.#sending;
    this.#client.destroy();
  }

  #schedule(): void {
    const { periodMs } = this.#setting;
    const now = Date.now();
    const next = (Math.floor(now / periodMs) + 1) * periodMs;
    this.#timer = setTimeout(
      () => {
        this.#publish(next - periodMs, Date.now());
        this.#schedule();
      },
      next - now + afterPeriodMs,
    );
  }

  #publish(lastStart: number, now: number): void {
    const finished = this.#buckets.takeFinished(now);
    // Host counts are reported for periods without a request, too.
    if (!finished.some(([start]) => start === lastStart)) finished.push([lastStart, new Map() as PeriodBucket]);
    for (const [start, bucket] of finished) {
      const parts = periodData(bucket, this.#model, new Date(start), this.#setting.slowSeconds);
      if (parts.length > 0) void this.#queue(parts);
    }
  }

  async #queue(parts: readonly NamespaceData[]): Promise<void> {
    const lateMs = this.#setting.delaySeconds() * 1000;
    if (lateMs > 0) await delay(lateMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    if (this.#stopping.signal.aborted) return;
    // One call at a time: a slow CloudWatch must not be met with more and more connections.
    this.#sending = this.#sending.then(async () => {
      for (const part of parts) if (!this.#stopping.signal.aborted) await this.#send(part);
    });
  }

  async #send({ namespace, data }: NamespaceData): Promise<void> {
    for (let from = 0; from < data.length; from += mostMetrics) {
      const command = new PutMetricDataCommand({
        Namespace: namespace,
        MetricData: data.slice(from, from + mostMetrics),
      });
      for (let attempt = 1; attempt <= attempts; attempt += 1) {
        try {
          await this.#client.send(command);
          break;
        } catch (error) {
          const last = attempt === attempts || this.#stopping.signal.aborted;
          process.stderr.write(
            `fleet: ${data.length} metrics of ${namespace} could not be published to ${this.#setting.endpoint} (${String(error)}): ${last ? 'given up' : 'trying again'}\n`,
          );
          if (last) break;
          await delay(pauseMs * attempt);
        }
      }
    }
  }
}
