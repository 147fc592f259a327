import type { Finding } from './finding.ts';

/** Something about a spec that its schema allows, and that will not do what its author expects. */
export interface Doubt {
  readonly path: readonly PropertyKey[];
  readonly severity: Finding['severity'];
  readonly message: string;
}
