import { seeded } from '../../lib/calibration/random.ts';
import type { Build } from './build.ts';
import type { Fault } from './faults/faults.ts';
import { VirtualClock } from './kernel/clock.ts';
import { type Outcome, Run } from './run.ts';
import { type Scenario, start } from './scenario.ts';

/** Runs one scenario with the given faults, in virtual time, to the end of all its timers. */
export async function simulate(scenario: Scenario, faults: readonly Fault[], build: Build): Promise<Outcome> {
  const clock = new VirtualClock(start);
  const waits = seeded(scenario.seed, 40);
  return clock.installed(
    () => new Run(clock, scenario, faults, build).toTheEnd(),
    () => waits.uniform(),
  );
}
