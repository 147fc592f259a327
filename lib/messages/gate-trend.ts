import type { RecordedJudgement } from '../rollout/event-shapes.ts';
import type { RolloutSpec } from '../specification/rollout-spec.ts';
import { sparkline } from './sparkline.ts';
import { gateRow } from './why.ts';

/** How one gate came to what it says, in text. */
export interface GateTrend {
  readonly gate: string;
  readonly outcome: RecordedJudgement['outcome'];
  /** Bars, oldest first, on one scale for both sides; a value that is missing is a dot. */
  readonly greenBars: string;
  readonly blueBars: string;
  readonly green: string;
  readonly blue: string;
}

/** As many as a phone shows in a line beside the values. */
const bars = 12;

/**
 * Returns the trend of each gate; empty where the gates were evaluated once alone, as one bar is no trend.
 * @param looks what the gates said in this step, oldest first; the last one is what is told
 */
export function gateTrends(
  looks: readonly (readonly RecordedJudgement[])[],
  spec: Pick<RolloutSpec, 'gates' | 'metrics'>,
): readonly GateTrend[] {
  if (looks.length < 2) return [];
  return (looks.at(-1) ?? []).map((judgement) => {
    const { gate, outcome, green, blue } = gateRow(judgement, spec);
    const series = looks.map((look) => look.find((one) => one.gate === gate)).slice(-bars);
    const known = series.flatMap((one) => [one?.green ?? 0, one?.blue ?? 0]);
    const top = Math.max(judgement.pass, ...known);
    const barsOf = (side: 'green' | 'blue') =>
      sparkline(
        series.map((one) => one?.[side]),
        top,
        bars,
      );
    return { gate, outcome, greenBars: barsOf('green'), blueBars: barsOf('blue'), green, blue };
  });
}
