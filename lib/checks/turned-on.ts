import type { RolloutState } from '../rollout/state.ts';
import type { CheckName } from '../specification/checks.ts';
import type { RolloutSpec } from '../specification/rollout-spec.ts';
import type { Waiver } from '../specification/check-waiver.ts';
import type { Check } from './check.ts';
import type { CheckRun } from './run-check.ts';
import { specCheckNames, specChecks } from './spec-checks.ts';

/** A check with how it is run for one rollout. */
export interface TurnedOn {
  readonly check: Check;
  readonly run: CheckRun;
}

/** Returns the checks that a spec turns on, in the order in which people read them. */
export function turnedOn({ spec, image }: Pick<RolloutState, 'spec' | 'image'>, now: Date): readonly TurnedOn[] {
  return namesIn(spec).map((name) => {
    const waiver = (spec.waivers ?? []).find((one) => one.check === name && isFor(one, image, now));
    return { check: specChecks[name], run: { severity: spec.checks?.[name]?.severity ?? 'block', waiver } };
  });
}

/** Whether a spec turns any check on. */
export function turnsOn(spec: RolloutSpec): boolean {
  return namesIn(spec).length > 0;
}

/** Of a check that a newer version knew nothing is run. */
function namesIn({ checks = {} }: RolloutSpec): readonly CheckName[] {
  return specCheckNames.filter((name) => checks[name] !== undefined);
}

function isFor({ image, until }: Waiver, { tag, digest }: RolloutState['image'], now: Date): boolean {
  return (image === tag || image === digest) && Date.parse(until) > now.getTime();
}
