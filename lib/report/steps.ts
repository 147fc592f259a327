import { gateRow, type GateRow } from '../messages/why.ts';
import type { RecordedEvent, RolloutEvent } from '../rollout/events.ts';
import type { RolloutState } from '../rollout/state.ts';
import { stepsOf, type StepView } from '../view/step-view.ts';
import { secondsBetween } from './times.ts';

/** One step of a rollout, with what its gates said. */
export interface ReportStep extends StepView {
  /** Counts from 1. */
  readonly number: number;
  /** When it passed, or the rollout went back; ISO 8601. */
  readonly endedAt: string | undefined;
  /** How long it took; `undefined` where it did not begin, or has not ended. */
  readonly seconds: number | undefined;
  /** How often its gates were evaluated, by what they said together. */
  readonly evaluations: { readonly pass: number; readonly hold: number; readonly fail: number };
  /** What was said together at its last evaluation. */
  readonly reason: string | undefined;
  /** Each gate at its last evaluation. */
  readonly gates: readonly GateRow[];
}

type Analysed = Extract<RolloutEvent, { type: 'GreenAnalysed' }>;

/** Returns every step of a rollout's spec, in order. */
export function reportSteps(state: RolloutState, events: readonly RecordedEvent[]): readonly ReportStep[] {
  return stepsOf(state).map((step, index) => {
    const analyses = events.flatMap(({ event }) =>
      event.type === 'GreenAnalysed' && event.step === index ? [event] : [],
    );
    const last = analyses.at(-1);
    const endedAt = endOf(index, step, state, events);
    return {
      ...step,
      number: index + 1,
      endedAt,
      seconds: secondsBetween(step.startedAt, endedAt),
      evaluations: { pass: count(analyses, 'pass'), hold: count(analyses, 'hold'), fail: count(analyses, 'fail') },
      reason: last?.reason,
      gates: (last?.gates ?? []).map((judgement) => gateRow(judgement, state.spec)),
    };
  });
}

function endOf(
  index: number,
  { standing, startedAt }: StepView,
  { rollbackSince }: RolloutState,
  events: readonly RecordedEvent[],
): string | undefined {
  const passed = events.findLast(({ event }) => event.type === 'StepPassed' && event.step === index);
  if (passed !== undefined) return passed.at;
  return standing === 'failed' && startedAt !== undefined ? rollbackSince : undefined;
}

function count(analyses: readonly Analysed[], verdict: Analysed['verdict']): number {
  return analyses.filter((one) => one.verdict === verdict).length;
}
