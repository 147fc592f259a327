import type { Phase } from '../rollout/phase.ts';

/** As much of a rollout as a release goes by. */
export interface SeenRollout {
  readonly rolloutId: string;
  readonly phase: Phase;
  /** Since when no user reaches the version that is left, ISO 8601; absent while some may. */
  readonly leftSince?: string | undefined;
  readonly reason?: string | undefined;
}

/** Whether a member may begin: `calendar` and `unknown` are asked again. */
export type MayBegin =
  { readonly outcome: 'yes' } | { readonly outcome: 'no' | 'calendar' | 'unknown'; readonly reason: string };

/** What is seen of a member at one time. */
export interface SeenMember {
  /** The execution that was started last for it. */
  readonly execution:
    { readonly standing: 'none' | 'running' } | { readonly standing: 'ended'; readonly reason: string };
  /** The rollout that brings its new version. */
  readonly rollout?: SeenRollout | undefined;
  /** The rollout that the release takes it back with. */
  readonly way?: SeenRollout | undefined;
  /** A rollout that the release did not start, and that came after the member's own. */
  readonly others?: SeenRollout | undefined;
  /** Asked of members that nothing orders any more. */
  readonly mayBegin?: MayBegin | undefined;
  /** What its executions are called: the one that begins, and the next one that goes back. */
  readonly names: { readonly begin: string; readonly back: string };
}

/** By service; a member that could not be looked at is left out. */
export type SeenRelease = ReadonlyMap<string, SeenMember>;

/** Returns what was seen of a member; `undefined` where that failed. */
export function seenOf(seen: SeenRelease, { service }: { readonly service: string }): SeenMember | undefined {
  return seen.get(service);
}
