import type { Attestations } from '../ports/attestations.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { Part } from '../ports/world.ts';
import type { RolloutStore } from '../ports/rollout-store.ts';
import type { Stops } from '../ports/stops.ts';
import type { RolloutSpec } from '../specification/rollout-spec.ts';

export interface Observation {
  readonly passed: boolean;
  /** What the check saw, in words. */
  readonly saw: string;
  /** There was nothing to check. */
  readonly skipped?: boolean | undefined;
  /** Blue was asked, and answered well. */
  readonly answered?: boolean | undefined;
  /** Statuses besides 2xx that its target group takes for healthy, where blue answered with one. */
  readonly accepts?: string | undefined;
}

/** Everything outside that a check may read. */
export type CheckWorld = Part<'router' | 'runtime' | 'capacity' | 'registry' | 'probe' | 'facts' | 'now' | 'sleep'> & {
  readonly store: Pick<Attestations, 'attested'> &
    Pick<Stops, 'stops'> &
    Pick<RolloutStore, 'list' | 'load' | 'events'>;
};

/** What people read of a check in `docs/checks.md`; short, without a full stop. */
export interface CheckPage {
  /** The question that it answers. */
  readonly asks: string;
  /** Where it looks. */
  readonly reads: string;
  /** Actions of IAM that it needs. */
  readonly rights: readonly string[];
  /** When it fails. */
  readonly fails: string;
  /** How to put right what it finds. */
  readonly fix: string;
  /** The line of the checklists that it answers, as `requirement-table.ts` has it. */
  readonly answers?: string | undefined;
}

/** One question that has to be answered well before anything is changed. */
export interface Check {
  readonly name: string;
  /** What it expects, in words. */
  readonly expected: string;
  readonly page: CheckPage;
  /** How long it may take; 5 s without it. */
  readonly withinMilliseconds?: number | undefined;
  /** Begins what it will read by the spec alone, where it reads in a row; what it reads is kept for `observe`. */
  readonly ahead?: ((spec: RolloutSpec, world: CheckWorld) => Promise<unknown>) | undefined;
  /**
   * Reads, and judges what it has read.
   * @throws Error where it could not find out
   */
  readonly observe: (state: RolloutState, world: CheckWorld) => Promise<Observation>;
}
