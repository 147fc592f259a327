import type { ServiceFacts } from '../../ports/service-look.ts';
import type { Doubt } from '../../spec/doubt.ts';
import type { SlotName } from '../../spec/rollout-spec.ts';

/** One slot as ECS knows it. */
export interface LiveSlot {
  readonly name: SlotName;
  readonly facts: ServiceFacts | undefined;
}

/** What a rollout would be refused or rolled back for. */
export function error(path: readonly PropertyKey[], message: string): Doubt {
  return { path, severity: 'error', message };
}

/** What a rollout gets by with, but its author may not expect. */
export function warning(path: readonly PropertyKey[], message: string): Doubt {
  return { path, severity: 'warning', message };
}
