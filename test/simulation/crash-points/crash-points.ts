import type { Fault } from '../faults/faults.ts';
import type { Effect } from '../aws/process.ts';
import type { Build } from '../build.ts';
import type { Outcome } from '../run.ts';
import { simulate } from '../simulation.ts';
import type { WholeRun } from './whole-runs.ts';

/** One effect of one state or function, the first time that it is seen. */
export interface CrashPoint extends WholeRun {
  /** Who makes it, what it is, and how many that one made before it. */
  readonly name: string;
  readonly effect: Effect;
}

/** A crash point with one way to crash there. */
export interface Crash {
  readonly point: CrashPoint;
  readonly when: 'before' | 'after';
  /** Whether the execution is stopped in the same moment, or only the function dies. */
  readonly stops: boolean;
  readonly outcome: Outcome;
}

const nameOf = ({ process, call, number }: Effect) => `${process.name} ${String(number)}: ${call}`;

/**
 * Crashes before and after each effect of the given runs, and of the runs that follow from these crashes, until no effect is
 * seen that was not crashed at. So an effect that is new to the product is crashed at as well, without anybody listing it.
 */
export async function* crashesOf(runs: readonly WholeRun[], build: Build): AsyncGenerator<Crash> {
  const known = new Set<string>();
  const open: CrashPoint[] = [];
  const note = (run: WholeRun, { effects }: Outcome) => {
    for (const effect of effects) {
      const name = nameOf(effect);
      if (known.has(name)) continue;
      known.add(name);
      open.push({ ...run, name, effect });
    }
  };
  for (const run of runs) note(run, await simulate(run.scenario, run.faults, build));
  for (let point = open.shift(); point !== undefined; point = open.shift()) {
    for (const when of ['before', 'after'] as const) {
      for (const stops of [false, true]) {
        const faults = [...point.faults, crashAt(point.effect, when, stops)];
        const outcome = await simulate(point.scenario, faults, build);
        note({ scenario: point.scenario, faults }, outcome);
        yield { point, when, stops, outcome };
      }
    }
  }
}

function crashAt({ process, number }: Effect, when: 'before' | 'after', stops: boolean): Fault {
  return { kind: 'killed', function: process.name, nth: process.nth, effect: number, when, always: false, stops };
}
