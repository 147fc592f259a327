import type { Metric, Series } from './metric.ts';
import type { SlotName } from '../drivers/layout/layout.ts';
import { layoutOf } from '../drivers/shapes/layout-of.ts';
import type { RolloutSpec } from './rollout-spec.ts';

/** One CloudWatch series of one slot. */
export interface SlotSeries {
  readonly namespace: string;
  readonly name: string;
  readonly statistic: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** A metric of the team's as it is read for one slot. */
export interface SlotMetric {
  /** One series, or the series of an expression by name. */
  readonly series: Readonly<Record<string, SlotSeries>>;
  readonly expression: string | undefined;
  /** What its numbers are multiplied by: seconds of milliseconds, a share of percent. */
  readonly factor: number;
  /** Whether a missing datapoint is a zero while the slot had requests. */
  readonly zeroWhenMissing: boolean;
}

const factors: Readonly<Partial<Record<Metric['unit'], number>>> = { milliseconds: 0.001, percent: 0.01 };

/** A metric of a spec, for one of its slots: placeholders replaced. */
export function metricOfSlot(spec: RolloutSpec, name: SlotName, metric: Metric): SlotMetric {
  const words = layoutOf(spec).wordsOf(name);
  const given = 'expression' in metric ? metric.of : { value: metric };
  return {
    series: Object.fromEntries(
      Object.entries(given).map(([key, one]): [string, SlotSeries] => [key, seriesOfSlot(one, name, words)]),
    ),
    expression: 'expression' in metric ? metric.expression : undefined,
    factor: factors[metric.unit] ?? 1,
    zeroWhenMissing: metric.missing === 'zero',
  };
}

function seriesOfSlot(
  { namespace, name, statistic, dimensions, slots }: Series,
  slot: SlotName,
  words: Readonly<Record<string, string>>,
): SlotSeries {
  const all = { ...dimensions, ...slots?.[slot] };
  const filled = Object.entries(all).map(([key, value]): [string, string] => [
    key,
    value.replaceAll(/\{(\w+)\}/g, (whole, word: string) => words[word] ?? whole),
  ]);
  return { namespace, name, statistic, dimensions: Object.fromEntries(filled) };
}
