import { bets } from './bets.ts';
import type { Discounts } from './discount-schedule.ts';

/** Log-likelihood ratios added up over the periods, one column a bet: entry `i` is what the periods before `i` add up to. */
export interface Sums {
  readonly byBet: readonly Float64Array[];
  /** Stake on a beginning at each period. */
  readonly stakes: Float64Array;
  readonly first: number;
}

/** The bet and the beginning that bring most of the evidence. */
export interface Leader {
  readonly bet: number;
  readonly start: number;
}

/** Beyond it a power of e overflows; evidence that large decides anyway. */
const largestExponent = 600;

/**
 * Logarithm of the evidence after the period at an index: the mixture, over bets and beginnings, of likelihood ratios raised
 * to the discount of their bet. What is staked on beginnings yet to come counts as one.
 *
 * A mixture of e-processes is one (Vovk and Wang 2021, "E-values: calibration, combination and applications", section 2).
 * Looked at period by period the sum over beginnings is carried on, as long as the discounts stay the same.
 */
export function strengthOf(sums: Sums, discounts: Discounts): (index: number) => number {
  let carried = emptyCarry(sums);
  return (index) => {
    if (index < sums.first) return 0;
    const now = discounts(index);
    if (carried.discounts !== now || carried.next > index + 1) carried = { ...emptyCarry(sums), discounts: now };
    for (; carried.next <= index; carried.next += 1) carry(sums, now, carried);
    let evidence = 1;
    for (const [bet, { stake }] of bets.entries()) {
      const gained = (now[bet] ?? 0) * (sums.byBet[bet]?.[index + 1] ?? 0) + (carried.byBet[bet] ?? 0);
      evidence += stake * (Math.exp(Math.min(largestExponent, gained)) - carried.staked);
    }
    return Math.log(Math.max(Number.MIN_VALUE, evidence));
  };
}

interface Carry {
  discounts: Float64Array | undefined;
  /** The first beginning that is not summed up yet. */
  next: number;
  /** All stakes on the beginnings so far. */
  staked: number;
  /** For each bet the logarithm of the sum, over beginnings, of stake × exp(-discount × what had been gained by then). */
  byBet: Float64Array;
}

function emptyCarry(sums: Sums): Carry {
  const byBet = new Float64Array(bets.length).fill(Number.NEGATIVE_INFINITY);
  return { discounts: undefined, next: sums.first, staked: 0, byBet };
}

function carry(sums: Sums, discounts: Float64Array, carried: Carry): void {
  const stake = sums.stakes[carried.next] ?? 0;
  carried.staked += stake;
  for (let bet = 0; bet < bets.length; bet += 1) {
    const added = Math.log(stake) - (discounts[bet] ?? 0) * (sums.byBet[bet]?.[carried.next] ?? 0);
    const before = carried.byBet[bet] ?? Number.NEGATIVE_INFINITY;
    const larger = Math.max(before, added);
    carried.byBet[bet] = larger + Math.log1p(Math.exp(Math.min(before, added) - larger));
  }
}

/** The bet and the beginning that bring most of the evidence after the period at `index`. */
export function leaderOf(sums: Sums, discounts: Float64Array, index: number): Leader {
  let leader: Leader = { bet: 0, start: sums.first };
  let most = Number.NEGATIVE_INFINITY;
  for (const [bet, { stake }] of bets.entries()) {
    const sum = sums.byBet[bet];
    if (sum === undefined) continue;
    for (let start = sums.first; start <= index; start += 1) {
      const staked = Math.log(stake * (sums.stakes[start] ?? 0));
      const gained = staked + (discounts[bet] ?? 0) * ((sum[index + 1] ?? 0) - (sum[start] ?? 0));
      if (gained > most) {
        most = gained;
        leader = { bet, start };
      }
    }
  }
  return leader;
}

/** Evidence of the leader that is left without the `width` neighbouring periods that bring most of it. */
export function withoutStrongest(
  sums: Sums,
  discounts: Float64Array,
  index: number,
  { bet, start }: Leader,
  width: number,
): number {
  const sum = sums.byBet[bet];
  if (sum === undefined) return 0;
  let strongest = 0;
  for (let from = start; from <= index; from += 1) {
    const to = Math.min(index + 1, from + width);
    strongest = Math.max(strongest, (sum[to] ?? 0) - (sum[from] ?? 0));
  }
  return (discounts[bet] ?? 0) * ((sum[index + 1] ?? 0) - (sum[start] ?? 0) - strongest);
}

/**
 * What each bet alone has brought after the period at `index`, its stakes included: the logarithm of its part of the mixture.
 * The evidence decides at the latest when one of them does.
 */
export function strengthByBet(sums: Sums, discounts: Float64Array, index: number): Float64Array {
  const parts = new Float64Array(bets.length);
  for (const [bet, { stake }] of bets.entries()) {
    const sum = sums.byBet[bet];
    let part = 0;
    for (let start = sums.first; start <= index; start += 1) {
      const gained = (discounts[bet] ?? 0) * ((sum?.[index + 1] ?? 0) - (sum?.[start] ?? 0));
      part += stake * (sums.stakes[start] ?? 0) * Math.exp(Math.min(largestExponent, gained));
    }
    parts[bet] = Math.log(part);
  }
  return parts;
}
