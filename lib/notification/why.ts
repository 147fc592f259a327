import { percent, seconds, significant, sureness } from '../analysis/evidence-text.ts';
import type { RecordedJudgement } from '../rollout/events.ts';
import { metricUnit } from '../spec/metric.ts';
import type { RolloutSpec } from '../spec/rollout-spec.ts';

/** One gate in one line: green's value, blue's beside it, the limits, how sure it is, and what was said of it. */
export function whyLine(judgement: RecordedJudgement, spec: Pick<RolloutSpec, 'gates' | 'metrics'>): string {
  const { gate, outcome, green, blue, pass, abort, sure, dryRun, reason, better } = judgement;
  const inUnit = unitOf(gate, spec);
  const values = `green ${value(green, inUnit)}, blue ${value(blue, inUnit)}`;
  const limits =
    better === 'higher'
      ? `passes from ${inUnit(pass)}, aborts below ${inUnit(abort)}`
      : `passes up to ${inUnit(pass)}, aborts above ${inUnit(abort)}`;
  const certainty = sure === undefined ? '' : `, ${sureness(sure)} sure`;
  return `${gate}: ${outcome}${dryRun === true ? ' (advisory)' : ''}. ${values}; ${limits}${certainty}. ${reason}`;
}

function value(measured: number | undefined, inUnit: (value: number) => string): string {
  return measured === undefined ? 'unknown' : inUnit(measured);
}

/** A gate that the spec does not name (the budget, healthy hosts) has a plain number. */
function unitOf(name: string, { gates, metrics }: Pick<RolloutSpec, 'gates' | 'metrics'>): (value: number) => string {
  const gate = gates.find((one) => one.name === name);
  if (gate === undefined) return significant;
  if (!('value' in gate)) return percent;
  const unit = metricUnit(gate.value.metric, metrics);
  if (unit === 'seconds') return seconds;
  return unit === 'share' ? percent : significant;
}
