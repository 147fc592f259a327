import type { Fault } from './faults/faults.ts';
import type { Invariant } from './invariants/watch.ts';
import type { Scenario } from './scenario.ts';
import type { Build } from './build.ts';
import type { Outcome } from './run.ts';
import { simulate } from './simulation.ts';

/** The fewest faults that still break a promise, and how that went. */
export interface Shrunk {
  readonly faults: readonly Fault[];
  readonly outcome: Outcome;
}

/** Leaves out one fault after the other, as long as the same promise stays broken. */
export async function shrink(
  scenario: Scenario,
  faults: readonly Fault[],
  invariant: Invariant,
  build: Build,
): Promise<Shrunk> {
  const isBroken = ({ violations }: Outcome) => violations.some((one) => one.invariant === invariant);
  let smallest: Shrunk = { faults, outcome: await simulate(scenario, faults, build) };
  const tryWith = async (fewer: readonly Fault[]): Promise<boolean> => {
    if (fewer.length === smallest.faults.length) return false;
    const outcome = await simulate(scenario, fewer, build);
    if (isBroken(outcome)) smallest = { faults: fewer, outcome };
    return isBroken(outcome);
  };

  await tryWith(smallest.outcome.fired);
  for (let isShrinking = true; isShrinking;) {
    isShrinking = false;
    for (const fault of smallest.faults) {
      isShrinking ||= await tryWith(smallest.faults.filter((one) => one !== fault));
      if (isShrinking) break;
    }
  }
  return smallest;
}
