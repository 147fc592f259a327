import { CloudWatchClient, type MetricDatum, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll } from '@jest/globals';
import { cloudWatchMetricSource } from '../../lib/metrics/cloudwatch/metric-source.ts';
import { httpPost } from '../../lib/metrics/prometheus/http-post.ts';
import { prometheusMetricSource } from '../../lib/metrics/prometheus/metric-source.ts';
import { metricsOfAll } from '../../lib/metrics/registry.ts';
import { type SlotMetric, slotMetricOf, writtenMetric } from '../../lib/metrics/shapes/registry.ts';
import type { MetricQuestion, MetricSource } from '../../lib/metrics/source.ts';
import { startTestEmulator } from '../emulator/emulator-endpoint.ts';
import { groups, questionAt } from '../metrics/cloudwatch/emulated-cloudwatch.ts';
import { type Sample, startPrometheus } from '../metrics/prometheus/real-prometheus.ts';
import { metricSourceContract, minutes, type ProviderUnderTest, published } from './metric-source.contract.ts';

const start = Math.floor(Date.now() / 60_000) * 60 - 3600;
let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let prometheus: Awaited<ReturnType<typeof startPrometheus>>;
let source: MetricSource;

beforeAll(async () => {
  emulator = await startTestEmulator();
  const client = new CloudWatchClient(emulator.client);
  await publishToCloudWatch(client);
  prometheus = await startPrometheus(samples());
  source = metricsOfAll({
    cloudwatch: cloudWatchMetricSource(client),
    prometheus: prometheusMetricSource({
      post: httpPost({ isLocal: true }),
      secrets: { read: () => Promise.reject(new Error('no secret is needed')), forget: () => undefined },
      signing: client.config,
      origin: prometheus.origin,
    }),
  });
});

afterAll(async () => {
  await emulator.stop();
  await prometheus.stop();
});

async function publishToCloudWatch(client: CloudWatchClient): Promise<void> {
  const datum = (
    MetricName: string,
    dimensions: Record<string, string>,
    minute: number,
    Value: number,
  ): MetricDatum => ({
    MetricName,
    Value,
    Timestamp: new Date((start + minute * 60) * 1000),
    Dimensions: Object.entries(dimensions).map(([Name, Of]) => ({ Name, Value: Of })),
  });
  const LoadBalancer = 'app/front/0123456789abcdef';
  const ofBalancer = Object.values(groups).flatMap((TargetGroup) =>
    Array.from({ length: minutes }, (_, minute) => datum('RequestCount', { LoadBalancer, TargetGroup }, minute, 200)),
  );
  const ofTeam = published.flatMap(({ service, metric, values }) =>
    values.flatMap((value, minute) =>
      value === undefined ? [] : [datum(metric, { Service: service }, minute, value)],
    ),
  );
  await client.send(new PutMetricDataCommand({ Namespace: 'AWS/ApplicationELB', MetricData: ofBalancer }));
  await client.send(new PutMetricDataCommand({ Namespace: 'Shop', MetricData: ofTeam }));
}

/** The same as an application exposes it: counters that grow by the number of a minute, scraped every 15 s. */
function samples(): readonly Sample[] {
  return published.flatMap(({ service, metric, values }) => {
    if (metric === 'Millis') {
      const series = `shop_millis{service="${service}"}`;
      return values.flatMap((value, minute): readonly Sample[] =>
        value === undefined
          ? []
          : [1, 16, 31, 46].map((second) => ({ series, at: start + minute * 60 + second, value })),
      );
    }
    const series = `shop_${metric.toLowerCase()}_total{service="${service}"}`;
    let count = 1000;
    return values.flatMap((value, minute): readonly Sample[] => {
      if (value === undefined) return [];
      return [0, 15, 30, 45, 60]
        .map((second, index) => {
          if (index > 0) count += value / 4;
          return { series, at: start + minute * 60 + second, value: count };
        })
        .slice(minute === 0 ? 0 : 1);
    });
  });
}

type Written = (metric: string, missing: 'no-data' | 'zero', unit: string) => unknown;

function underTest(written: Written): ProviderUnderTest {
  const asked = (metric: string, missing: 'no-data' | 'zero', unit: string, service: string): SlotMetric =>
    slotMetricOf(writtenMetric.parse(written(metric, missing, unit)), 'a', {
      words: { service },
      region: 'us-east-1',
      period: 60,
      prometheus: { url: 'https://prometheus.example.com' },
    });
  const question = (blue: string, green: string, missing: 'no-data' | 'zero'): MetricQuestion => {
    const ofBoth = (metric: string, unit: string) => ({
      blue: asked(metric, missing, unit, blue),
      green: asked(metric, missing, unit, green),
    });
    return questionAt(start, {
      metrics: ['requests', 'attempted', 'failed', 'millis'],
      custom: {
        attempted: ofBoth('Attempted', 'count'),
        failed: ofBoth('Failed', 'count'),
        millis: ofBoth('Millis', 'milliseconds'),
      },
      period: 60,
      to: start + minutes * 60,
    });
  };
  return { source: () => source, start: () => start, question };
}

metricSourceContract(
  'CloudWatch',
  underTest((name, missing, unit) => ({
    namespace: 'Shop',
    name,
    statistic: name === 'Millis' ? 'Average' : 'Sum',
    dimensions: { Service: '{service}' },
    unit,
    missing,
  })),
);

metricSourceContract(
  'Prometheus',
  underTest((name, missing, unit) => ({
    query:
      name === 'Millis'
        ? 'avg(avg_over_time(shop_millis{service="{service}"}[{period}]))'
        : `sum(increase(shop_${name.toLowerCase()}_total{service="{service}"}[{period}]))`,
    unit,
    missing,
  })),
);
