import { significant } from '../analysis/evidence-text.ts';
import { textInUnit } from '../messages/why.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { GateView } from './gate-view.ts';

/** Returns in one sentence how many users green reaches now, and how many of them are worse off with it. */
export function usersAffected(
  { weight, phase }: Pick<RolloutState, 'weight' | 'phase'>,
  gates: readonly GateView[],
  measuredWeight: number | undefined,
): string {
  if (weight === 0) return 'No request goes to green.';
  const share = phase === 'succeeded' ? weight : (measuredWeight ?? weight);
  const reached = `${significant(share)} % of requests go to green${measuredWeight === undefined && phase !== 'succeeded' ? ' (as asked)' : ''}`;
  const worst = worstShare(gates);
  if (worst === undefined) return `${reached}.`;
  const more = (worst.last.green - worst.last.blue) * share;
  const { name, unit } = worst.gate;
  const inUnit = (value: number) => textInUnit(value, unit);
  return `${reached}; ${name} is ${inUnit(worst.last.green)} there and ${inUnit(worst.last.blue)} on blue: about ${significant(more)} % of all requests are worse off.`;
}

function worstShare(gates: readonly GateView[]) {
  const worse = gates.flatMap((gate) => {
    const { green, blue } = gate.series.at(-1) ?? {};
    const isWorse = gate.unit === 'share' && !gate.betterHigher && gate.outcome !== 'pass';
    if (!isWorse || green === undefined || blue === undefined || green <= blue) return [];
    return [{ gate, last: { green, blue } }];
  });
  return worse.toSorted((left, right) => right.last.green - right.last.blue - (left.last.green - left.last.blue))[0];
}
