import { workloadOf } from '../drivers/shapes/layout-of.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { Asked, LiveSide, LiveSides } from './live-sides.ts';

/** A task that stopped, and why. */
export interface StoppedView {
  readonly task: string;
  readonly at: string | undefined;
  readonly reason: string;
}

/** Tasks and targets of one side as they are now. */
export interface SideView {
  readonly role: 'blue' | 'green';
  readonly slot: 'a' | 'b';
  /** What runs its tasks. */
  readonly service: string;
  /** `undefined` where it could not be read. */
  readonly running: number | undefined;
  readonly wanted: number | undefined;
  readonly healthy: number | undefined;
  readonly targets: number | undefined;
  /** Tasks of its version that stopped lately, newest first. */
  readonly stopped: readonly StoppedView[];
  /** What could not be read, and why: one sentence each, without repetition. */
  readonly unknown: readonly string[];
}

/** Stopped tasks that are shown of a side. */
const mostStopped = 3;

/** Returns both sides of a rollout, blue first. */
export function sidesOf(state: RolloutState, live: LiveSides): readonly [SideView, SideView] {
  return [sideOf('blue', state, live), sideOf('green', state, live)];
}

function sideOf(role: 'blue' | 'green', state: RolloutState, live: LiveSides): SideView {
  const slot = state[role];
  const side = live[slot];
  const health = known(side.health);
  const service = known(side.slot);
  const version = role === 'blue' ? state.blueTaskDefinition : state.greenTaskDefinition;
  const stopped = (known(side.stopped) ?? []).filter(({ taskDefinition }) => taskDefinition === version);
  return {
    role,
    slot,
    service: workloadOf(state.spec, slot).service,
    running: service?.running,
    wanted: service?.desired,
    healthy: health?.healthy,
    targets: health?.total,
    stopped: stopped.slice(0, mostStopped).map(({ task, stoppedAt, reason }) => ({ task, at: stoppedAt, reason })),
    unknown: unknownOf(side),
  };
}

function unknownOf({ slot, health, stopped }: LiveSide): readonly string[] {
  const missing = 'is' in slot && slot.is === undefined ? ['The ECS service is not there.'] : [];
  const why = [slot, health, stopped].flatMap((answer) => ('unknown' in answer ? [answer.unknown] : []));
  return [...missing, ...new Set(why)];
}

function known<Answer>(answer: Asked<Answer>): Answer | undefined {
  return 'is' in answer ? answer.is : undefined;
}
