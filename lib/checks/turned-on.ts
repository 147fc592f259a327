import type { RolloutState } from '../rollout/state.ts';
import type { CheckName } from '../specification/checks.ts';
import type { RolloutSpec } from '../specification/rollout-spec.ts';
import type { Check } from './check.ts';
import type { CheckRun } from './run-check.ts';
import { specCheckNames, specChecks } from './spec-checks.ts';
import { waiverOf } from './waived.ts';

/** A check with how it is run for one rollout. */
export interface TurnedOn {
  readonly check: Check;
  readonly run: CheckRun;
}

/** Returns the checks that a spec turns on, in the order in which people read them. */
export function turnedOn(state: Pick<RolloutState, 'spec' | 'image'>, now: Date): readonly TurnedOn[] {
  const { spec } = state;
  return namesIn(spec).map((name) => ({
    check: specChecks[name],
    run: { severity: spec.checks?.[name]?.severity ?? 'block', waiver: waiverOf(name, state, now) },
  }));
}

/** Returns the checks that a spec names for the time at 100 %, in the order in which people read them. */
export function afterRollout(state: Pick<RolloutState, 'spec' | 'image'>, now: Date): readonly TurnedOn[] {
  const { spec } = state;
  const names: ReadonlySet<string> = new Set(spec.after);
  return specCheckNames
    .filter((name) => names.has(name))
    .map((name) => ({
      check: specChecks[name],
      run: { severity: spec.checks?.[name]?.severity ?? 'block', waiver: waiverOf(name, state, now) },
    }));
}

/** Whether a spec turns any check on. */
export function turnsOn(spec: RolloutSpec): boolean {
  return namesIn(spec).length > 0;
}

/** Of a check that a newer version knew nothing is run. */
function namesIn({ checks = {} }: RolloutSpec): readonly CheckName[] {
  return specCheckNames.filter((name) => checks[name] !== undefined);
}
