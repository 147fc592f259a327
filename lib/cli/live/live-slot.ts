import type { ServiceFacts } from '../../drivers/service-look.ts';
import type { Doubt } from '../../specification/doubt.ts';
import type { SlotName } from '../../drivers/layout/layout.ts';

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
