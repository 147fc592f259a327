import { significant } from '../analysis/strength-text.ts';
import type { RecordedJudgement } from '../rollout/event-shapes.ts';
import type { RolloutFacts } from '../rollout/rollout-facts.ts';
import { gateUnit, type GateUnit, textInUnit } from './why.ts';

/** A gate whose value on green is compared with that on blue. */
export interface ComparedGate {
  readonly name: string;
  readonly unit: GateUnit;
  readonly outcome: RecordedJudgement['outcome'] | undefined;
  readonly betterHigher: boolean;
  readonly green: number | undefined;
  readonly blue: number | undefined;
}

/** Returns in one sentence how many users green reaches now, and how many of them are worse off with it. */
export function usersAffected(
  { weight, phase }: Pick<RolloutFacts, 'weight' | 'phase'>,
  gates: readonly ComparedGate[],
  measuredWeight: number | undefined,
): string {
  if (weight === 0) return 'No request goes to green.';
  const share = phase === 'succeeded' ? weight : (measuredWeight ?? weight);
  const reached = `${significant(share)} % of requests go to green${measuredWeight === undefined && phase !== 'succeeded' ? ' (as asked)' : ''}`;
  const worst = worstShare(gates);
  if (worst === undefined) return `${reached}.`;
  const { name, unit, green, blue } = worst;
  const inUnit = (value: number) => textInUnit(value, unit);
  return `${reached}; ${name} is ${inUnit(green)} there and ${inUnit(blue)} on blue: about ${significant((green - blue) * share)} % of all requests are worse off.`;
}

/** Returns a judgement as it is compared. */
export function comparedGate(judgement: RecordedJudgement, spec: RolloutFacts['spec']): ComparedGate {
  const { gate, outcome, better, green, blue } = judgement;
  return { name: gate, unit: gateUnit(gate, spec), outcome, betterHigher: better === 'higher', green, blue };
}

function worstShare(gates: readonly ComparedGate[]) {
  const worse = gates.flatMap(({ name, unit, outcome, betterHigher, green, blue }) => {
    const isWorse = unit === 'share' && !betterHigher && outcome !== 'pass';
    if (!isWorse || green === undefined || blue === undefined || green <= blue) return [];
    return [{ name, unit, green, blue }];
  });
  return worse.toSorted((left, right) => right.green - right.blue - (left.green - left.blue))[0];
}
