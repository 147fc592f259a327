/** One alternative that the evidence bets on: green's rate is `ratio` times the tolerated one. */
export interface Bet {
  readonly ratio: number;
  /** Share of the stake; all shares sum to one. */
  readonly stake: number;
}

/**
 * The alternatives and the stake on each. Most lies on two to four times the tolerated rate: a larger regression shows itself
 * whatever is staked on it, a smaller one takes a whole rollout anyway.
 */
export const bets: readonly Bet[] = [
  { ratio: 1.2, stake: 0.02 },
  { ratio: 1.6, stake: 0.08 },
  { ratio: 2.4, stake: 0.3 },
  { ratio: 4, stake: 0.2 },
  { ratio: 8, stake: 0.2 },
  { ratio: 20, stake: 0.12 },
  { ratio: 80, stake: 0.08 },
];

/** Stake on a regression that is there from the first request on. */
const fromTheStart = 0.75;
/** Stake on one that begins with a new weight, and how it spreads over the steps. */
const withAStep = 0.15;
const stepDecay = 0.75;
/** Stake on one that begins at any other period, and how many minutes it is meant for. */
const atAnyTime = 0.1;
const horizonMinutes = 60;

/**
 * How much is staked on a regression that begins at each period of the rollout. The stakes of all periods, however long the
 * rollout lasts, sum to at most one, and none depends on what was seen, so the mixture over beginnings stays an e-process
 * (Howard, Ramdas, McAuliffe and Sekhon 2021, section 3.2; Shin, Ramdas and Rinaldo 2024, "E-detectors", section 2.3).
 */
export function stakesOnBeginnings(weight: Float64Array, first: number, periodsPerMinute = 1): Float64Array {
  const horizon = horizonMinutes * periodsPerMinute;
  const stakes = new Float64Array(weight.length);
  let steps = 0;
  for (let index = first; index < weight.length; index += 1) {
    const elapsed = index - first;
    if (elapsed === 0) {
      stakes[index] = fromTheStart;
    } else if (weight[index] === weight[index - 1]) {
      stakes[index] = (atAnyTime * horizon) / (elapsed + horizon) ** 2;
    } else {
      stakes[index] = withAStep * (1 - stepDecay) * stepDecay ** steps;
      steps += 1;
    }
  }
  return stakes;
}
