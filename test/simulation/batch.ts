import { faultsOf } from './faults/draw.ts';
import type { Fault } from './faults/faults.ts';
import { drawnScenario, type SimulatedDriver } from './scenario.ts';
import type { Build } from './build.ts';
import { simulate } from './simulation.ts';

/** What a number of runs came to. */
export interface BatchResult {
  readonly runs: number;
  /** Broken promises, each counted once a run. */
  readonly violations: number;
  readonly faults: number;
  /** Seeds of the runs in which a promise was broken. */
  readonly brokenBy: readonly number[];
}

/** The seed of one run of a batch; any two batches share hardly any. */
function seedOfRun(batchSeed: number, index: number): number {
  let mixed = (batchSeed ^ Math.imul(index + 1, 0x9e3779b9)) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/** Some runs of a batch. */
export interface Order {
  readonly seed: number;
  /** Number of the first one. */
  readonly from: number;
  readonly count: number;
  /** Kinds of faults that are drawn from, where not every run draws its own mix. */
  readonly faults?: readonly Fault['kind'][] | undefined;
  /** The driver of all of them, where not every run draws its own. */
  readonly driver?: SimulatedDriver | undefined;
}

/** Runs some scenarios of a batch. */
export async function runBatch(
  { seed, from, count, faults: kinds, driver }: Order,
  build: Build,
): Promise<BatchResult> {
  const brokenBy: number[] = [];
  let violations = 0;
  let faults = 0;
  for (let index = from; index < from + count; index += 1) {
    const scenario = drawnScenario(seedOfRun(seed, index), driver);
    const outcome = await simulate(scenario, faultsOf(scenario, kinds), build);
    faults += outcome.fired.length;
    const broken = new Set(outcome.violations.map(({ invariant }) => invariant));
    violations += broken.size;
    if (broken.size > 0) brokenBy.push(scenario.seed);
  }
  return { runs: count, violations, faults, brokenBy };
}
