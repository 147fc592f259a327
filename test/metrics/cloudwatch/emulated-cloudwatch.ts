import { CloudWatchClient, type MetricDatum, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { cloudWatchMetricSource } from '../../../lib/metrics/cloudwatch/metric-source.ts';
import type { MetricQuestion, MetricRow } from '../../../lib/metrics/source.ts';
import { startTestEmulator } from '../../emulator/emulator-endpoint.ts';

const elb = 'arn:aws:elasticloadbalancing:us-east-1:000000000000';
const hex = '0123456789abcdef';
const loadBalancer = `app/front/${hex}`;
export const groups = { blue: `targetgroup/web-a/${hex}`, green: `targetgroup/web-b/${hex}` };
export const rule = `${elb}:listener-rule/${loadBalancer}/${hex}/${hex}`;
export const listener = `${elb}:listener/${loadBalancer}/${hex}`;

type Put = Omit<MetricDatum, 'Timestamp' | 'Dimensions' | 'StorageResolution'>;

/** CloudWatch of the emulator; each test works on a minute of its own. */
export class EmulatedCloudWatch {
  readonly #emulator: Awaited<ReturnType<typeof startTestEmulator>>;
  readonly client: CloudWatchClient;
  /** Calls for data in this minute. */
  calls = 0;
  /** When the minute begins, seconds since the epoch; some minutes ago. */
  start = Math.floor(Date.now() / 60_000) * 60 - 1800;

  private constructor(emulator: Awaited<ReturnType<typeof startTestEmulator>>) {
    this.#emulator = emulator;
    this.client = new CloudWatchClient(emulator.client);
    this.client.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          if (commandName === 'GetMetricDataCommand') this.calls += 1;
          return next(args);
        },
      { step: 'initialize' },
    );
  }

  static async begin(): Promise<EmulatedCloudWatch> {
    return new EmulatedCloudWatch(await startTestEmulator());
  }

  async end(): Promise<void> {
    this.client.destroy();
    await this.#emulator.stop();
  }

  nextMinute(): void {
    this.start += 60;
    this.calls = 0;
  }

  /** Publishes as the fleet does: high resolution, dimensions in AWS's order. */
  async put(second: number, group: string, ...data: readonly Put[]): Promise<void> {
    const Dimensions = [
      { Name: 'LoadBalancer', Value: loadBalancer },
      { Name: 'TargetGroup', Value: group },
    ];
    const Timestamp = new Date((this.start + second) * 1000);
    await this.client.send(
      new PutMetricDataCommand({
        Namespace: 'AWS/ApplicationELB',
        MetricData: data.map((one) => ({ ...one, Timestamp, Dimensions, StorageResolution: 1 })),
      }),
    );
  }

  read(changes: Partial<MetricQuestion> = {}): Promise<readonly MetricRow[]> {
    return cloudWatchMetricSource(this.client).read(questionAt(this.start, changes));
  }
}

/** A question for five seconds of both slots. */
export const questionAt = (start: number, changes: Partial<MetricQuestion> = {}): MetricQuestion => ({
  targetGroups: { blue: `${elb}:${groups.blue}`, green: `${elb}:${groups.green}` },
  routingArn: rule,
  metrics: ['requests', 'errors'],
  from: start,
  to: start + 5,
  period: 1,
  ...changes,
});
