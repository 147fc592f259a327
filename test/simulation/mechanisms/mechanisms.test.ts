import { describe, expect, test } from '@jest/globals';
import { faultsOf } from '../faults/draw.ts';
import { scenarioOf } from '../scenario.ts';
import { type Build, buildOf } from '../build.ts';
import { simulate } from '../simulation.ts';
import { type Mechanism, mechanisms } from './mechanisms.ts';

/** Against hanging, not a measure of speed. */
const patience = 3_600_000;
/** Seeds that are tried until one finds the hole. */
const mostSeeds = 1500;

/** The seed that breaks the promise, with the faults that the mechanism is there for. */
async function findHole({ against, breaks }: Mechanism, build: Build): Promise<number | undefined> {
  for (let seed = 1; seed <= mostSeeds; seed += 1) {
    const scenario = scenarioOf(seed);
    const { violations } = await simulate(scenario, faultsOf(scenario, against), build);
    if (violations.some(({ invariant }) => invariant === breaks)) return seed;
  }
  return undefined;
}

describe.each(Object.entries<Mechanism>(mechanisms))('%s', (_, mechanism) => {
  test(
    'without it the simulation finds the hole, with it there is none',
    async () => {
      const seed = await findHole(mechanism, buildOf(mechanism.without));

      expect(seed).toBeDefined();
      const scenario = scenarioOf(seed ?? 0);
      const whole = await simulate(scenario, faultsOf(scenario, mechanism.against), buildOf());
      expect(whole.violations).toEqual([]);
    },
    patience,
  );
});
