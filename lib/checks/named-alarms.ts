import type { AlarmFacts } from '../ports/service-facts.ts';
import type { Part } from '../ports/world.ts';
import type { RolloutSpec } from '../specification/rollout-spec.ts';
import type { Observation } from './check.ts';

/** Alarms that a check is about: those that it names, or `alarms` of the spec. */
export interface NamedAlarms {
  readonly names: readonly string[];
  readonly found: readonly AlarmFacts[];
  /** Names without an alarm. */
  readonly lost: readonly string[];
}

/** Reads the alarms of a check; a finished result where there are none to read. */
export async function namedAlarms(
  spec: Pick<RolloutSpec, 'alarms'>,
  written: readonly string[] | undefined,
  { facts }: Part<'facts'>,
): Promise<NamedAlarms | Observation> {
  const names = written ?? spec.alarms;
  if (names.length === 0)
    return { passed: true, skipped: true, saw: 'neither `names` nor `alarms` of the spec names one' };
  const found = await facts.alarms(names);
  return { names, found, lost: names.filter((name) => !found.some((alarm) => alarm.name === name)) };
}
