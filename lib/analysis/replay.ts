import { type AnalysisInput, type RolloutJudge, rolloutJudge } from './analyse.ts';
import type { Analysis } from './judgement.ts';

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
  let from = -1;
  for (const [index, { weight }] of periods.entries()) {
    if (weight === 0) continue;
    if (from === -1 || periods[index - 1]?.weight !== weight) from = index;
    const analysis = judgeAt(index).look({ from, to: index });
    const { verdict, gate, reason } = analysis;
    if (verdict === 'fail') return { decision: 'roll-back', index, reason, ...(gate === undefined ? {} : { gate }) };
    const isEndOfStep = periods[index + 1]?.weight !== weight;
    if (verdict === 'pass') held = undefined;
    else if (isEndOfStep) held ??= { index, analysis };
  }
  if (from === -1) return { decision: 'hold', index: periods.length - 1, reason: 'green never had traffic' };
  if (held === undefined) return { decision: 'promote', reason: 'every gate passes' };
  const { gate, reason } = held.analysis;
  return { decision: 'hold', index: held.index, reason, ...(gate === undefined ? {} : { gate }) };
}

function onlyJudge(input: Omit<AnalysisInput, 'step'>): (index: number) => RolloutJudge {
  const judge = rolloutJudge(input);
  return () => judge;
}
