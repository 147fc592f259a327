import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { defaultGates } from '../../lib/specification/gate.ts';
import { type Sample, startPrometheus } from '../metrics/prometheus/real-prometheus.ts';

const source = z.object({ type: z.literal('prometheus'), uid: z.literal('${datasource}') });
const dashboard = z
  .object({
    schemaVersion: z.int().min(36),
    templating: z.object({ list: z.array(z.object({ name: z.string(), type: z.string(), query: z.string() })) }),
    annotations: z.object({
      list: z.array(z.object({ name: z.string(), enable: z.literal(true), datasource: source, expr: z.string() })),
    }),
    panels: z.array(
      z.object({
        id: z.int(),
        title: z.string(),
        type: z.literal('timeseries'),
        datasource: source,
        gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
        fieldConfig: z.object({
          defaults: z.object({
            unit: z.string(),
            thresholds: z.object({ steps: z.array(z.object({ value: z.number().nullable() })) }).optional(),
          }),
        }),
        targets: z.array(z.object({ expr: z.string(), datasource: source })).min(1),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL('../../examples/grafana/service.json', import.meta.url), 'utf8')));

/** When slot b begins to get requests, and some minutes of the whole; seconds since the epoch. */
const start = 1_700_000_040;
const shifted = start + 1800;
const end = start + 3600;

/** A service whose slot b begins to serve after half an hour, and whose slot a no longer does from there. */
function samples(): readonly Sample[] {
  const each = (series: string, first: number, last: number, perScrape: number): readonly Sample[] =>
    Array.from({ length: (end - start) / 15 }, (_, index) => start + index * 15).map((at) => ({
      series,
      at,
      value: (Math.max(0, Math.min(at, last) - first) / 15) * perScrape,
    }));
  return [
    ['web-a', start, shifted],
    ['web-b', shifted, end],
  ].flatMap(([service, first, last]) => {
    const of = (rest: string) => `service="${String(service)}",${rest}`;
    const [from, to] = [Number(first), Number(last)];
    return [
      ...each(`http_requests_total{${of('code="200"')}}`, from, to, 97),
      ...each(`http_requests_total{${of('code="500"')}}`, from, to, 3),
      ...each(`http_request_duration_seconds_bucket{${of('le="0.1"')}}`, from, to, 90),
      ...each(`http_request_duration_seconds_bucket{${of('le="1.0"')}}`, from, to, 100),
      ...each(`http_request_duration_seconds_bucket{${of('le="+Inf"')}}`, from, to, 100),
    ];
  });
}

let prometheus: Awaited<ReturnType<typeof startPrometheus>>;

beforeAll(async () => {
  prometheus = await startPrometheus(samples());
});

afterAll(() => prometheus.stop());

const answer = z.object({
  data: z.object({
    result: z.array(
      z.object({ metric: z.object({ service: z.string() }), values: z.array(z.tuple([z.number(), z.string()])) }),
    ),
  }),
});

/** Values of each slot by time, as Grafana would ask for them. */
async function asked(expr: string) {
  const byName = new Map(dashboard.templating.list.map(({ name, query }) => [name, query]));
  const query = expr
    .replaceAll('$__rate_interval', '1m')
    .replaceAll(/\$(\w+)/g, (whole, name: string) => byName.get(name) ?? whole);
  const body = new URLSearchParams({ query, start: String(start), end: String(end), step: '60' });
  const response = await fetch(`${prometheus.origin}/api/v1/query_range`, { method: 'POST', body });
  const { data } = answer.parse(await response.json());
  return new Map(
    data.result.map(({ metric, values }) => [
      metric.service,
      new Map(values.flatMap(([at, value]) => (Number.isFinite(Number(value)) ? [[at, Number(value)]] : []))),
    ]),
  );
}

describe("the dashboard of a service's users", () => {
  test.each(dashboard.panels)(
    '$title: its query exists, and shows both slots beside each other',
    async ({ targets }) => {
      for (const { expr } of targets) {
        const bySlot = await asked(expr);

        expect([...bySlot.keys()].sort()).toEqual(['web-a', 'web-b']);
        expect(bySlot.get('web-a')?.get(shifted - 300)).toBeGreaterThan(0);
        expect(bySlot.get('web-b')?.get(shifted + 300)).toBeGreaterThan(0);
      }
    },
  );

  test('shares are shares: of requests that failed, and of the traffic', async () => {
    const exprOf = (title: string) => dashboard.panels.find((panel) => panel.title === title)?.targets[0]?.expr ?? '';

    expect((await asked(exprOf('Failed requests'))).get('web-b')?.get(shifted + 300)).toBeCloseTo(0.03);
    expect((await asked(exprOf('Share of the traffic'))).get('web-a')?.get(shifted - 300)).toBeCloseTo(1);
  });

  test('the limits are those of the default gates', () => {
    const limits = dashboard.panels.flatMap(({ fieldConfig: { defaults } }) =>
      defaults.thresholds === undefined ? [] : [defaults.thresholds.steps.flatMap(({ value }) => value ?? [])],
    );

    expect(limits).toEqual(
      ['error-rate', 'latency-p95'].map((name) => {
        const gate = defaultGates.find((one) => one.name === name);
        return [gate?.pass, gate?.abort];
      }),
    );
  });

  test('a rollout is annotated where a slot begins to serve, and where one no longer does', async () => {
    const [begins = '', ends = ''] = dashboard.annotations.list.map(({ expr }) => expr);
    const [after, before] = [await asked(begins), await asked(ends)];

    const times = [...(after.get('web-b')?.keys() ?? [])];
    expect(Math.min(...times)).toBeGreaterThan(shifted);
    expect(Math.max(...times)).toBeLessThanOrEqual(shifted + 420);
    expect(Math.min(...(before.get('web-a')?.keys() ?? []))).toBeGreaterThan(shifted);
    expect([...before.keys()]).toEqual(['web-a']);
  });

  test('panels have ids of their own, lie beside each other and do not overlap', () => {
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${String(x + (index % w))},${String(y + Math.floor(index / w))}`),
    );

    expect(new Set(cells).size).toBe(cells.length);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    expect(Math.max(...dashboard.panels.map(({ gridPos: { x, w } }) => x + w))).toBeLessThanOrEqual(24);
  });
});
