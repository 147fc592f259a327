import type { RuleFacts } from '../../drivers/service-look.ts';

/** A rule, or a default action, that forwards to one of the service's target groups. */
export interface FoundRule extends RuleFacts {
  readonly listener: string;
  readonly groups: readonly string[];
}
