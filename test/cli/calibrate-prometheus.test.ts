import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { seeded } from '../../lib/calibration/random.ts';
import { httpPost } from '../../lib/metrics/prometheus/http-post.ts';
import { prometheusMetricSource } from '../../lib/metrics/prometheus/metric-source.ts';
import { metricsOfAll } from '../../lib/metrics/registry.ts';
import type { MetricSource } from '../../lib/metrics/source.ts';
import { type Sample, startPrometheus } from '../metrics/prometheus/real-prometheus.ts';
import { modelArns } from '../model/model-world.ts';
import { FakeCli } from './cli-harness.ts';

/** The clock of the command line is 2026-03-01T10:00Z; a day before it, and the period that an increase begins in. */
const until = Date.parse('2026-03-01T10:00:00Z') / 1000;
const minutesOfPast = 1450;
const attempts = 1200;
const failing = 0.02;

const specText = `service: web
cluster: main
container: app
image: { repository: shop/web }
slots:
  a: { service: web-a, targetGroup: '${modelArns.groupA}' }
  b: { service: web-b, targetGroup: '${modelArns.groupB}' }
traffic:
  - rule: ${modelArns.rule}
analysis:
  history: 15m
prometheus: { url: 'https://prometheus.example.com' }
metrics:
  attempted: { query: 'sum(increase(shop_checkouts_total{service="{service}"}[{period}]))' }
  failed:
    query: 'sum(increase(shop_checkouts_total{service="{service}",outcome="failed"}[{period}]))'
    missing: zero
gates:
  - name: checkouts
    bad: { metric: failed }
    total: { metric: attempted }
    pass: 1%
    abort: 5%
steps:
  - { weight: 10, bake: 15m }
  - { weight: 100, bake: 15m }
`;

/** Two counters of the slot that serves, scraped every 15 s: 2 % of the checkouts fail. */
function samples(): readonly Sample[] {
  const random = seeded(11);
  const from = until - minutesOfPast * 60;
  const made: Sample[] = [];
  const counts = { paid: 0, failed: 0 };
  for (let at = from; at <= until; at += 15) {
    for (const outcome of ['paid', 'failed'] as const) {
      made.push({ series: `shop_checkouts_total{service="web-a",outcome="${outcome}"}`, at, value: counts[outcome] });
    }
    const some = random.poisson(attempts / 4);
    const bad = random.binomial(some, failing);
    counts.failed += bad;
    counts.paid += some - bad;
  }
  return made;
}

/** What the load balancer says: the slot that serves has all requests. */
const balancer: MetricSource = {
  read: ({ from, to, period }) =>
    Promise.resolve(
      Array.from({ length: (to - from) / period }, (_, index) => ({
        at: from + index * period,
        blue: { requests: attempts },
        green: {},
      })),
    ),
};

let prometheus: Awaited<ReturnType<typeof startPrometheus>>;

beforeAll(async () => {
  prometheus = await startPrometheus(samples());
});

afterAll(async () => {
  await prometheus.stop();
});

function commandLine(origin: string): FakeCli {
  const cli = new FakeCli();
  cli.files.set('web.yml', specText);
  cli.metricSource = metricsOfAll({
    cloudwatch: balancer,
    prometheus: prometheusMetricSource({
      post: httpPost({ isLocal: true }),
      secrets: { read: () => Promise.reject(new Error('no secret is needed')), forget: () => undefined },
      signing: new CloudWatchClient({ region: 'eu-west-1' }).config,
      origin,
    }),
  });
  return cli;
}

const command = 'calibrate web --file web.yml --days 1 --runs 6';

describe('sluice calibrate of a gate that Prometheus has the metrics of', () => {
  test('says how often the service breaks its limits, what each step shows, and proposes limits that it keeps', async () => {
    const cli = commandLine(prometheus.origin);
    const { code, out } = await cli.run(`${command} --json`);

    expect(code).toBe(0);
    expect(JSON.parse(out.join(''))).toMatchObject({
      periods: { own: 1440, shared: 0, silent: 0 },
      limits: [{ gate: 'checkouts', stretches: 145, beyondPass: 145, beyondAbort: 0 }],
      healthy: { runs: 6, rolledBack: 0 },
      withProposal: { runs: 6, rolledBack: 0, held: 0 },
      proposal: { gates: [{ name: 'checkouts', pass: '3%' }] },
    });
  });

  test('exits with an error where Prometheus does not answer, and proposes nothing', async () => {
    const cli = commandLine('http://127.0.0.1:9');
    const { code, out, err } = await cli.run(command);

    expect({ code, out }).toEqual({ code: 1, out: [] });
    expect(err.join('\n')).toContain('Prometheus could not be asked for attempted of blue');
  });
});
