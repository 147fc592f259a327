import type { RolloutState } from '../rollout/state.ts';
import type { Part } from '../ports/world.ts';

export interface Observation {
  readonly passed: boolean;
  /** What the check saw, in words. */
  readonly saw: string;
  /** Blue was asked, and answered well. */
  readonly answered?: boolean | undefined;
  /** Statuses besides 2xx that its target group takes for healthy, where blue answered with one. */
  readonly accepts?: string | undefined;
}

/** One question that has to be answered well before anything is changed. */
export interface PreCheck {
  readonly name: string;
  /** What it expects, in words. */
  readonly expected: string;
  readonly observe: (
    state: RolloutState,
    world: Part<'router' | 'runtime' | 'capacity' | 'registry' | 'probe' | 'now' | 'sleep'>,
  ) => Promise<Observation>;
}
