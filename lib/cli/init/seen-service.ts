import type { ServiceFacts, TargetGroupFacts } from '../../drivers/service-look.ts';
import type { FoundRule } from './found-rule.ts';

/** What was found of a service: its first slot, that slot's target groups and rules, and the second slot. */
export interface SeenService {
  readonly first: ServiceFacts;
  readonly groups: readonly TargetGroupFacts[];
  readonly rules: readonly FoundRule[];
  readonly other: ServiceFacts | undefined;
}
