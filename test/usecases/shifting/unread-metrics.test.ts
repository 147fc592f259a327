import { describe, expect, test } from '@jest/globals';
import type { MetricQuestion, MetricRow } from '../../../lib/metrics/source.ts';
import { IncompleteMetrics } from '../../../lib/metrics/source.ts';
import { captureEvidence } from '../../../lib/usecases/rollback/capture-evidence.ts';
import { analyseGreen } from '../../../lib/usecases/shifting/analyse-green.ts';
import { modelSpec } from '../../model/model-world.ts';
import { journeyTo } from '../journey.ts';
import { altered } from '../watched-world.ts';

const query = 'sum(increase(shop_failed_total{service="{service}"}[{period}]))';
const spec = modelSpec({
  period: '60s',
  lag: '120s',
  steps: [{ weight: 100, bake: '10m' }],
  prometheus: { url: 'https://prometheus.example.com' },
  metrics: { failed: { query, missing: 'zero' } },
  gates: [
    { name: 'errors', bad: { metric: 'errors' }, total: { metric: 'requests' }, pass: '1%', abort: '5%' },
    { name: 'failed', bad: { metric: 'failed' }, total: { metric: 'requests' }, pass: '1%', abort: '5%' },
  ],
});

/** What a load balancer says minute by minute; of Prometheus nothing can be read. */
function rowsOf({ from, to, period }: MetricQuestion, errors: number): readonly MetricRow[] {
  return Array.from({ length: (to - from) / period }, (_, index) => ({
    at: from + index * period,
    blue: { requests: 500, errors: 1 },
    green: { requests: 500, errors },
  }));
}

async function lookAt(minute: number, errors: number, isAway: boolean) {
  const journey = await journeyTo('shifted', { spec });
  const shifted = Date.parse((await journey.stored()).state.stepStartedAt ?? '');
  const asked: MetricQuestion[] = [];
  const world = altered(journey.world, {
    metrics: {
      read: (question) => {
        asked.push(question);
        const rows = rowsOf(question, errors);
        if (isAway)
          return Promise.reject(new IncompleteMetrics('Prometheus could not be asked: it did not answer', rows));
        return Promise.resolve(
          rows.map((row) => ({ ...row, blue: { ...row.blue, failed: 0 }, green: { ...row.green, failed: 0 } })),
        );
      },
    },
  });
  journey.world.time = shifted + minute * 60_000;
  return { look: await analyseGreen({ ...journey.owned, step: 0 }, world), asked, journey, world };
}

describe('a look for which Prometheus has no answer', () => {
  test('is held, with the reason, although all that is known is good', async () => {
    const { look, journey } = await lookAt(14, 1, true);
    const events = await journey.world.store.events(journey.rolloutId, 0);

    expect(look).toMatchObject({
      outcome: 'keepBaking',
      verdict: 'hold',
      reason: 'The metrics could not be read: Prometheus could not be asked: it did not answer',
    });
    expect(events.map(({ event }) => event.type)).not.toContain('StepPassed');
  });

  test('passes once there is one', async () => {
    expect((await lookAt(14, 1, false)).look).toMatchObject({ outcome: 'rolloutPassed', verdict: 'pass' });
  });

  test("goes back all the same where the load balancer's numbers are bad", async () => {
    const { look } = await lookAt(8, 250, true);

    expect(look).toMatchObject({ outcome: 'rollBack', verdict: 'fail', reason: expect.stringContaining('errors') });
  });

  test('is not held for ever', async () => {
    const { look } = await lookAt(10 + spec.timeouts.hold / 60 + 1, 1, true);

    expect(look).toMatchObject({ outcome: 'rollBack', verdict: 'hold' });
  });

  test('keeps what could be read, and names what could not, as evidence', async () => {
    const { journey, world } = await lookAt(8, 250, true);
    journey.world.time += 1000;
    const kept: unknown[] = [];
    const archive = {
      ...world.archive,
      keep: (_: string, document: unknown) => {
        kept.push(document);
        return Promise.resolve('s3://evidence');
      },
    };
    await captureEvidence(journey.owned, { ...world, archive });

    expect(kept[0]).toMatchObject({
      missing: expect.arrayContaining([expect.stringContaining('some datapoints could not be read: Prometheus')]),
    });
  });
});

describe('the question of a look', () => {
  test('has the query of each slot', async () => {
    const { asked } = await lookAt(14, 1, false);

    expect(asked).toHaveLength(1);
    expect(asked[0]?.custom?.['failed']).toMatchObject({
      blue: { provider: 'prometheus', query: expect.stringContaining('"web-a"') },
      green: { provider: 'prometheus', query: expect.stringContaining('"web-b"') },
    });
  });
});
