import type { Datapoint } from '../analysis/datapoint.ts';
import type { ProviderName } from './shapes/registry.ts';
import { IncompleteMetrics, type MetricQuestion, type MetricRow, type MetricSource } from './source.ts';

/** The source of each provider, by the name of its folder: the compiler asks for a new one here. */
export type MetricSources = Readonly<Record<ProviderName, MetricSource>>;

/**
 * One source of all providers. CloudWatch has what the load balancer says and is always asked; the others are asked where a metric of
 * the team is theirs.
 *
 * A failure of CloudWatch is the failure of the question. Where another provider fails, the rest is handed over with the failure, so
 * that a green that fails by the load balancer's numbers is found all the same.
 */
export function metricsOfAll(sources: MetricSources): MetricSource {
  return {
    async read(question) {
      const others = othersIn(question);
      const [own, ...rest] = await Promise.allSettled([
        sources.cloudwatch.read(question),
        ...others.map((provider) => sources[provider].read(question)),
      ]);
      if (own.status === 'rejected') throw failureOf(own.reason);
      const read = rest.flatMap((one, index) =>
        one.status === 'fulfilled' ? [{ provider: others[index], rows: one.value }] : [],
      );
      const rows = whole([{ provider: 'cloudwatch', rows: own.value }, ...read], question);
      const failed = rest.find((one) => one.status === 'rejected');
      if (failed !== undefined) throw new IncompleteMetrics(failureOf(failed.reason).message, rows);
      return rows;
    },
  };
}

/** The providers besides CloudWatch that have a metric of a question. */
function othersIn({ custom = {} }: MetricQuestion): readonly ProviderName[] {
  const named = new Set(Object.values(custom).map(({ blue }) => blue.provider));
  return [...named].filter((provider) => provider !== 'cloudwatch');
}

function failureOf(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

interface Read {
  readonly provider: ProviderName | undefined;
  readonly rows: readonly MetricRow[];
}

/** Rows of several providers as one a period. */
function whole(read: readonly Read[], { custom = {} }: MetricQuestion): readonly MetricRow[] {
  const byStart = new Map<number, MetricRow>();
  for (const { at, blue, green } of read.flatMap(({ rows }) => rows)) {
    const known = byStart.get(at);
    byStart.set(at, { at, blue: { ...known?.blue, ...blue }, green: { ...known?.green, ...green } });
  }
  // Only of who has answered: what a provider did not say is not zero.
  const answered = new Set(read.map(({ provider }) => provider));
  const zeros = Object.entries(custom).flatMap(([name, { blue }]) =>
    blue.zeroWhenMissing && answered.has(blue.provider) ? [name] : [],
  );
  return [...byStart.values()]
    .sort((left, right) => left.at - right.at)
    .map(({ at, blue, green }) => ({ at, blue: settled(blue, zeros), green: settled(green, zeros) }));
}

/** A missing number is zero where the spec says so and the slot had requests; one that is no number (NaN) is never anything. */
function settled(point: Datapoint, zeros: readonly string[]): Datapoint {
  const { requests = 0 } = point;
  const assumed = requests > 0 ? zeros.map((name): readonly [string, number] => [name, 0]) : [];
  const all = { ...Object.fromEntries(assumed), ...point };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => !Number.isNaN(value)));
}
