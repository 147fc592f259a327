import { type AnalysisInput, type RolloutJudge, rolloutJudge } from './analyse.ts';
import type { PeriodOfBoth } from './datapoint.ts';
import type { Analysis, StepSlice } from './judgement.ts';

/** How a recorded rollout would have ended. */
export interface Replayed {
  readonly decision: 'promote' | 'roll-back' | 'hold';
  /** Index of the period whose datapoints completed the decision; absent for a promotion. */
  readonly index?: number;
  readonly gate?: string;
  readonly reason: string;
}

interface Held {
  readonly index: number;
  readonly analysis: Analysis;
}

/** One evaluation after a period of a rollout: the step's periods so far, as indexes. */
export interface LookAt extends StepSlice {
  readonly period: PeriodOfBoth;
  /** Whether the step ends with this period. */
  readonly isEndOfStep: boolean;
}

/** Every evaluation of a recorded rollout, one after each period in which green has traffic. */
export function* looksAt(periods: readonly PeriodOfBoth[]): Generator<LookAt> {
  let from = 0;
  for (const [to, period] of periods.entries()) {
    const { weight } = period;
    if (weight === 0) continue;
    if (periods[to - 1]?.weight !== weight) from = to;
    yield { from, to, period, isEndOfStep: periods[to + 1]?.weight !== weight };
  }
}

/**
 * Replays a recorded rollout through the same code as the gates of a live one: an evaluation after every period, roll back at the
 * first failure, and at the end of each step pass or hold. A record has no longer bakes than it has, so a held bake goes on
 * with the periods that follow; it is over as soon as an evaluation passes. What is still held after the last period stays held.
 *
 * @param judgeAt the judge of what was read when a period settled, where periods were revised later; by default nothing was
 */
export function replay(input: Omit<AnalysisInput, 'step'>, judgeAt = onlyJudge(input)): Replayed {
  const { periods } = input;
  let held: Held | undefined;
  let hadTraffic = false;
  for (const { from, to: index, isEndOfStep } of looksAt(periods)) {
    hadTraffic = true;
    const analysis = judgeAt(index).look({ from, to: index });
    const { verdict, gate, reason } = analysis;
    if (verdict === 'fail') return { decision: 'roll-back', index, reason, ...(gate === undefined ? {} : { gate }) };
    if (verdict === 'pass') held = undefined;
    else if (isEndOfStep) held ??= { index, analysis };
  }
  if (!hadTraffic) return { decision: 'hold', index: periods.length - 1, reason: 'green never had traffic' };
  if (held === undefined) return { decision: 'promote', reason: 'every gate passes' };
  const { gate, reason } = held.analysis;
  return { decision: 'hold', index: held.index, reason, ...(gate === undefined ? {} : { gate }) };
}

function onlyJudge(input: Omit<AnalysisInput, 'step'>): (index: number) => RolloutJudge {
  const judge = rolloutJudge(input);
  return () => judge;
}
